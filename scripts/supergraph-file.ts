import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Logger } from '#kernel/server/log';
import { codeOf, StartProblem } from './start-problem';

const LOOK_MS = 2_000;

/** The composed supergraph that a gateway starts with. */
export function readSupergraph(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    throw new StartProblem(
      `${file} cannot be read (${codeOf(thrown) ?? 'damaged'}): npm run schema.`,
    );
  }
}

/** Hands over what the file holds whenever it changes, or at a SIGUSR2. Returns how to stop. */
export function watchSupergraph(
  file: string,
  take: (sdl: string) => Promise<void>,
  log: Logger,
): () => void {
  const look = (): void => {
    const taken = Promise.resolve().then(() => take(readSupergraph(file)));
    taken.catch((error: unknown) => {
      log.error({ err: error, file }, 'the newer supergraph is refused; the old one stays');
    });
  };
  watchFile(file, { interval: LOOK_MS }, look);
  process.on('SIGUSR2', look);
  return () => {
    unwatchFile(file, look);
    process.off('SIGUSR2', look);
  };
}
