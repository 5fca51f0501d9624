/** An answer's data as text that is equal for equal data, whatever the order of keys. */
export function canonical(answer: string): string {
  const { data, errors } = JSON.parse(answer) as { data?: unknown; errors?: unknown };
  return JSON.stringify(sorted({ data, errors }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
