const SHOWN = 20;

/** What differs between two sets of files, as lines to read: `-` is committed, `+` is generated now. */
export function differences(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string[] {
  const paths = [...new Set([...before.keys(), ...now.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, fresh] = [before.get(path), now.get(path)];
    if (old === fresh) return [];
    if (old === undefined) return [`${path}: missing`];
    if (fresh === undefined) return [`${path}: no longer generated`];
    return [`${path}:`, ...changedLines(old.split('\n'), fresh.split('\n'))];
  });
}

/** The lines of the changed middle, after cutting what is equal at both ends. */
function changedLines(old: readonly string[], fresh: readonly string[]): string[] {
  let start = 0;
  while (start < old.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(old.length, fresh.length) - start &&
    old[old.length - 1 - end] === fresh[fresh.length - 1 - end]
  ) {
    end += 1;
  }
  const gone = old.slice(start, old.length - end);
  const added = fresh.slice(start, fresh.length - end);
  const lines = [
    ...without(gone, added).map((line) => `  - ${line}`),
    ...without(added, gone).map((line) => `  + ${line}`),
  ];
  const shown = lines.length > 0 ? lines : [`  lines ${start + 1} to ${old.length - end} moved`];
  if (shown.length <= SHOWN) return shown;
  return [...shown.slice(0, SHOWN), `  … and ${shown.length - SHOWN} more lines`];
}

/** Lines of one list that the other has fewer of, without blank ones. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0 && line.trim() !== '';
  });
}
