import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences } from './difference';
import { eventsDocument } from './events.document';
import { type FlowStep, unbrokenCycle } from './flow.document';
import { callsOf } from './source.calls';

const step = (on: string, ...may: string[]): FlowStep =>
  ({ subgraph: 'payments', on, may }) as FlowStep;

describe('a circle of facts', () => {
  it('is found, also a long one behind others', () => {
    const steps = [step('a', 'b', 'c'), step('c', 'd'), step('d', 'e', 'c')];
    expect(unbrokenCycle(steps)).toEqual(['c', 'd', 'c']);
    expect(unbrokenCycle([step('a', 'a')])).toEqual(['a', 'a']);
  });

  it('is not seen in a diamond', () => {
    expect(unbrokenCycle([step('a', 'b', 'c'), step('b', 'd'), step('c', 'd')])).toBeUndefined();
  });

  it('ends at a fact that is told once', () => {
    const steps = [step('a', 'b'), step('b', 'a')];
    const broken = [{ fact: 'a', because: 'at most once' }] as never;
    expect(unbrokenCycle(steps, broken)).toBeUndefined();
  });
});

describe('differences', () => {
  const files = (...entries: [string, string][]) => new Map(entries);

  it('are none between equals', () => {
    expect(differences(files(['a', 'x']), files(['a', 'x']))).toEqual([]);
  });

  it('name the file and the lines', () => {
    expect(differences(files(['a', '1\n2\n3']), files(['a', '1\nB\n3'], ['b', '']))).toEqual([
      'a:',
      '  - 2',
      '  + B',
      'b: missing',
    ]);
    expect(differences(files(['a', '1\n2']), files())).toEqual(['a: no longer generated']);
    expect(differences(files(['a', '1\n2']), files(['a', '2\n1']))[1]).toContain('moved');
    expect(differences(files(['a', '1\n2\n3']), files(['a', '1\n2\n2\n3']))).toEqual([
      'a:',
      '  + 2',
    ]);
  });
});

test('calls are read from the source with their literal arguments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradegraph-calls-'));
  writeFileSync(
    join(folder, 'a.ts'),
    `const MAY = ['d'];\nreaction('a', ['b', 'c'], run);\nreaction('m', MAY, run);\nx.reaction(name, [...list]);\nnew Refusal('NO', \`text\`);`,
  );
  writeFileSync(join(folder, 'a.test.ts'), `reaction('z', [], run);`);
  const found = callsOf(folder, new Set(['reaction', 'Refusal']));
  rmSync(folder, { recursive: true });
  expect(found.map(({ callee, line, args }) => [callee, line, ...args])).toEqual([
    ['reaction', 2, 'a', ['b', 'c'], undefined],
    ['reaction', 3, 'm', ['d'], undefined],
    ['reaction', 4, undefined, undefined],
    ['Refusal', 5, 'NO', 'text'],
  ]);
});

test('events.json has each fact’s data and teller', () => {
  const { $defs } = JSON.parse(eventsDocument()) as { $defs: Record<string, object> };
  expect($defs['escrow.funded']).toMatchObject({
    'x-teller': 'payments',
    properties: { amountMinor: { type: 'string' } },
  });
});
