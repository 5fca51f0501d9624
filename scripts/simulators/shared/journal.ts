import {
  appendFile,
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const appendAll = promisify(appendFile);
const flush = promisify(fdatasync);
const NEWLINE = 0x0a;

interface Batch {
  lines: string[];
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function newBatch(): Batch {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Somebody may append without waiting; the failure still reaches `onFailure`.
  done.catch(() => undefined);
  return { lines: [], done, resolve, reject };
}

/**
 * An append-only file of JSON lines. One line is one commit: it is there as a whole or not at all.
 * `settled()` resolves when everything appended so far has reached the disk; commits that wait at
 * the same time share one fsync.
 */
export class Journal {
  private waiting: Batch | undefined;
  private writing: Batch | undefined;
  private closed = false;

  private constructor(
    private readonly fd: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /**
   * Opens `dir/journal.jsonl`, hands each stored line to `replay` and drops a torn last line.
   * Throws when a line before the last one cannot be read: that is damage, not a crash.
   */
  static open(
    dir: string,
    replay: (record: unknown) => void,
    onFailure: (error: unknown) => void,
  ): Journal {
    mkdirSync(dir, { recursive: true });
    const file = join(dir, 'journal.jsonl');
    const fresh = !existsSync(file);
    const fd = openSync(file, 'a+');
    const bytes = readFileSync(file);
    const good = replayLines(bytes, replay);
    if (good < bytes.length) ftruncateSync(fd, good);
    fsyncSync(fd);
    if (fresh) syncFolder(dir);
    return new Journal(fd, onFailure);
  }

  /** Queues one line. Await `settled()` before telling anyone about it. */
  append(record: unknown): void {
    if (this.closed) throw new Error('the journal is closed');
    this.waiting ??= newBatch();
    this.waiting.lines.push(`${JSON.stringify(record)}\n`);
    if (this.writing === undefined) void this.drain();
  }

  /** Resolves when everything appended so far is on the disk. */
  settled(): Promise<void> {
    return this.waiting?.done ?? this.writing?.done ?? Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.settled();
    this.closed = true;
    closeSync(this.fd);
  }

  private async drain(): Promise<void> {
    while (this.waiting !== undefined) {
      const batch = this.waiting;
      this.writing = batch;
      this.waiting = undefined;
      try {
        await appendAll(this.fd, batch.lines.join(''));
        await flush(this.fd);
        batch.resolve();
      } catch (error) {
        batch.reject(error);
        this.onFailure(error);
      }
    }
    this.writing = undefined;
  }
}

/** Returns how many bytes from the start are whole, readable lines. */
function replayLines(bytes: Buffer, replay: (record: unknown) => void): number {
  let start = 0;
  let line = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return start;
    line += 1;
    let record: unknown;
    try {
      record = JSON.parse(bytes.toString('utf8', start, end));
    } catch {
      if (end === bytes.length - 1) return start;
      throw new Error(`journal.jsonl is damaged at line ${String(line)}`);
    }
    replay(record);
    start = end + 1;
  }
  return start;
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
