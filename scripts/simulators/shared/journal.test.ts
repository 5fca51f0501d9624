import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function file(): string {
  return join(dir, 'journal.jsonl');
}

function open(): { journal: Journal; lines: unknown[] } {
  const lines: unknown[] = [];
  const fail = (error: unknown): never => {
    throw error;
  };
  return { journal: Journal.open(dir, (line) => lines.push(line), fail), lines };
}

test('what was appended is replayed in order', async () => {
  const { journal } = open();
  for (let at = 0; at < 100; at += 1) journal.append({ at });
  await journal.settled();
  expect(readFileSync(file(), 'utf8').split('\n')).toHaveLength(101);
  await journal.close();
  const again = open();
  expect(again.lines).toEqual(Array.from({ length: 100 }, (_, at) => ({ at })));
  await again.journal.close();
});

test('settled waits for lines appended while another batch is written', async () => {
  const { journal } = open();
  journal.append({ at: 1 });
  const first = journal.settled();
  await Promise.resolve();
  journal.append({ at: 2 });
  await journal.settled();
  expect(readFileSync(file(), 'utf8')).toBe('{"at":1}\n{"at":2}\n');
  await first;
  await journal.close();
});

test.each(['{"at":2,"lo', '{"at":2,"lo\n'])('a torn last line is dropped: %j', async (torn) => {
  const { journal } = open();
  journal.append({ at: 1 });
  await journal.close();
  appendFileSync(file(), torn);
  const again = open();
  expect(again.lines).toEqual([{ at: 1 }]);
  again.journal.append({ at: 3 });
  await again.journal.close();
  const third = open();
  expect(third.lines).toEqual([{ at: 1 }, { at: 3 }]);
  await third.journal.close();
});

test('damage before the last line is an error, not a loss', () => {
  writeFileSync(file(), '{"at":1}\nrubbish\n{"at":3}\n');
  expect(() => open()).toThrow('damaged at line 2');
});
