/**
 * Something the person who starts the system can put right (a port in use, a folder that cannot
 * be written). Its message is the one line they see; it is printed without a stack.
 */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** The message of anything thrown, on one line. */
export function reasonOf(thrown: unknown): string {
  // Node's error for a host with several addresses has a code but no message.
  const text =
    thrown instanceof Error ? thrown.message || (codeOf(thrown) ?? thrown.name) : String(thrown);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

/** The `code` of a Node or PostgreSQL error (`ENOENT`, `57P03`), when it has one. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
