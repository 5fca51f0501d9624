/** Ends a check: prints its findings and fails when there are any. */
export function report(check: string, findings: readonly string[]): void {
  if (findings.length === 0) {
    console.log(`${check}: no findings`);
    return;
  }
  console.error(findings.map((finding) => `${check}: ${finding}`).join('\n'));
  console.error(`${check}: ${findings.length} findings`);
  process.exitCode = 1;
}

/** Runs a check and turns a fault of its own into one line. */
export function runCheck(check: string, find: () => Promise<string[]> | string[]): void {
  Promise.resolve()
    .then(find)
    .then((findings) => report(check, findings))
    .catch((error: unknown) =>
      report(check, [error instanceof Error ? error.message : String(error)]),
    );
}
