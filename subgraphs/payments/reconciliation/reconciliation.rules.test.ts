import fc from 'fast-check';
import {
  type BookedDispute,
  movementsOfDispute,
  namedByDispute,
  unheardOf,
} from './dispute-line.rules';
import {
  type BankLine,
  type BookedMovement,
  type ReportedLine,
  TIMING_MS,
  accountOfMatched,
  matchedLegs,
  reconcile,
  writeOffLegs,
} from './reconciliation.rules';

const now = new Date('2026-11-29T12:00:00Z');
const fresh = new Date(now.getTime() - 1_000);
const old = new Date(now.getTime() - TIMING_MS - 1_000);

const line = (n: number, more: Partial<ReportedLine> = {}): ReportedLine => ({
  id: `l${n}`,
  kind: 'CAPTURE',
  reference: `pop_${n}`,
  pspId: `psp_${n}`,
  currency: 'EUR',
  grossMinor: 100n,
  feeMinor: 2n,
  occurredAt: fresh,
  ...more,
});
const booked = (n: number, more: Partial<BookedMovement> = {}): BookedMovement => ({
  reference: `pop_${n}`,
  pspId: `psp_${n}`,
  kind: 'CAPTURE',
  currency: 'EUR',
  amountMinor: 100n,
  at: fresh,
  ...more,
});
const bankLine = (n: number, more: Partial<BankLine> = {}): BankLine => ({
  id: `b${n}`,
  reference: `SET ${n}`,
  currency: 'EUR',
  amountMinor: 900n,
  bookedAt: fresh,
  ...more,
});
const outcomes = (lines: ReportedLine[], ours: BookedMovement[], bank: BankLine[] = []): string[] =>
  reconcile({ lines, booked: ours, bank }, now).map(({ outcome }) => outcome);

test.each([
  ['the same', [line(1)], [booked(1)], ['MATCHED']],
  ['by their id', [line(1, { reference: '' })], [booked(1)], ['MATCHED']],
  ['not ours', [line(1)], [], ['MISSING_INTERNAL']],
  ['twice', [line(1), line(2, { reference: 'pop_1' })], [booked(1)], ['MATCHED', 'DUPLICATE']],
  ['another amount', [line(1, { grossMinor: 101n })], [booked(1)], ['AMOUNT_DIFF']],
  ['another currency', [line(1, { currency: 'BRL' })], [booked(1)], ['AMOUNT_DIFF']],
  ['we are late', [line(1)], [booked(1, { amountMinor: 0n })], ['TIMING']],
  [
    'we are too late',
    [line(1, { occurredAt: old })],
    [booked(1, { amountMinor: 0n })],
    ['MISSING_INTERNAL'],
  ],
  ['they are late', [], [booked(1)], ['TIMING']],
  ['they are too late', [], [booked(1, { at: old })], ['MISSING_PSP']],
  ['nothing happened', [], [booked(1, { amountMinor: 0n })], []],
  ['their own fee', [line(1, { kind: 'FEE', grossMinor: 0n })], [], ['MATCHED']],
] as const)('with the PSP: %s', (_name, lines, ours, expected) => {
  expect(outcomes([...lines], [...ours])).toEqual(expected);
});

const dispute = { pspDisputeId: 'dis_1', currency: 'EUR', amountMinor: 900n, feeMinor: 15n };
const opened = { ...dispute, state: 'OPENED', createdAt: fresh, openedAt: fresh };
const disputed = (more: Partial<ReportedLine> = {}): ReportedLine =>
  line(7, { kind: 'DISPUTE', pspId: 'dis_1', grossMinor: -900n, feeMinor: 0n, ...more });

test('a dispute is matched by its own id, and its fee is booked once, in whichever line it is', () => {
  const fee = disputed({ id: 'l8', kind: 'FEE', grossMinor: 0n, feeMinor: 15n });
  const won = disputed({ id: 'l9', kind: 'DISPUTE_WON', grossMinor: 900n });
  const items = (reported: ReportedLine[], known: readonly BookedDispute[]) =>
    reconcile(
      {
        lines: namedByDispute(
          reported,
          known.map(({ pspDisputeId }) => pspDisputeId),
        ),
        booked: known.flatMap(movementsOfDispute),
        bank: [],
      },
      now,
    ).map(({ subject, outcome, feeMinor }) => [subject, outcome, feeMinor]);
  const all = [disputed(), fee, won];
  expect(items(all, [{ ...opened, state: 'WON' }])).toEqual([
    ['dis_1:DISPUTE', 'MATCHED', 0n],
    ['dis_1:FEE', 'MATCHED', 0n],
    ['dis_1:DISPUTE_WON', 'MATCHED', 0n],
  ]);
  expect(items([disputed({ feeMinor: 16n })], [opened])).toEqual([
    ['dis_1:DISPUTE', 'MATCHED', 1n],
  ]);
  // what winning gives back was never booked
  expect(
    items([...all.slice(0, 2), { ...won, feeMinor: -15n }], [{ ...opened, state: 'WON' }]),
  ).toEqual([
    ['dis_1:DISPUTE', 'MATCHED', 0n],
    ['dis_1:FEE', 'MATCHED', 0n],
    ['dis_1:DISPUTE_WON', 'MATCHED', -15n],
  ]);
  // nobody knows it: nothing of it is booked, and it keeps its names until somebody does
  expect(items([...all, disputed({ id: 'l10' })], [])).toEqual([
    ['dis_1:DISPUTE', 'MISSING_INTERNAL', 0n],
    ['dis_1:FEE', 'MISSING_INTERNAL', 15n],
    ['dis_1:DISPUTE_WON', 'MISSING_INTERNAL', 0n],
    ['l10', 'MISSING_INTERNAL', 0n],
  ]);
  expect(items([], [opened])).toEqual([['dis_1:DISPUTE', 'TIMING', 0n]]);
  expect(items([], [{ ...opened, openedAt: null }])).toEqual([]);
});

test('what our books have not heard of a dispute is asked for again', () => {
  const won = disputed({ kind: 'DISPUTE_WON', grossMinor: 900n });
  expect(unheardOf([disputed(), won, line(1)], [])).toEqual(['dis_1']);
  expect(unheardOf([disputed()], [opened])).toEqual([]);
  expect(unheardOf([disputed()], [{ ...opened, openedAt: null }])).toEqual(['dis_1']);
  expect(unheardOf([disputed(), won], [opened])).toEqual(['dis_1']);
});

const sent = (n: number, more: Partial<ReportedLine> = {}): ReportedLine =>
  line(n, {
    kind: 'BANK_TRANSFER',
    reference: `SET ${n}`,
    grossMinor: -900n,
    feeMinor: 0n,
    ...more,
  });

test.each([
  ['the same', [sent(1)], [bankLine(1)], ['MATCHED']],
  ['not there yet', [sent(1)], [], ['TIMING']],
  ['never came', [sent(1, { occurredAt: old })], [], ['MISSING_INTERNAL']],
  ['less came', [sent(1)], [bankLine(1, { amountMinor: 899n })], ['AMOUNT_DIFF']],
  [
    'came twice',
    [sent(1)],
    [bankLine(1), bankLine(2, { reference: 'SET 1' })],
    ['MATCHED', 'DUPLICATE'],
  ],
  ['from nobody', [], [bankLine(1, { bookedAt: old })], ['MISSING_PSP']],
] as const)('with the bank: %s', (_name, lines, bank, expected) => {
  expect(outcomes([...lines], [], [...bank])).toEqual(expected);
});

test('no line is dropped, and none is in two items', () => {
  const small = fc.integer({ min: 1, max: 6 });
  const kinds = fc.constantFrom('CAPTURE', 'REFUND', 'FEE', 'BANK_TRANSFER') as fc.Arbitrary<
    ReportedLine['kind']
  >;
  const lines = fc.array(fc.tuple(small, kinds, fc.integer({ min: -3, max: 3 })));
  const ours = fc.uniqueArray(small);
  const bank = fc.array(fc.tuple(small, small));
  fc.assert(
    fc.property(lines, ours, bank, (reported, made, statement) => {
      const compared = {
        lines: reported.map(([n, kind, amount], at) =>
          line(n, { id: `l${at}`, kind, grossMinor: BigInt(amount), reference: `pop_${n}` }),
        ),
        booked: made.map((n) => booked(n)),
        bank: statement.map(([n, amount], at) =>
          bankLine(n, { id: `b${at}`, reference: `pop_${n}`, amountMinor: BigInt(amount) }),
        ),
      };
      const items = reconcile(compared, now);
      const reports = items.filter(({ actualMinor, side }) => side === 'PSP' && actualMinor !== 0n);
      const sumOf = (amounts: bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
      const movements = compared.lines.filter(({ kind }) => kind !== 'BANK_TRANSFER');
      expect(sumOf(reports.map(({ actualMinor }) => actualMinor))).toBe(
        sumOf(movements.map(({ grossMinor }) => grossMinor)),
      );
      const arrived = items.filter(({ side }) => side === 'BANK');
      expect(sumOf(arrived.map(({ actualMinor }) => actualMinor))).toBe(
        sumOf(compared.bank.map(({ amountMinor }) => amountMinor)),
      );
      expect(new Set(items.map(({ side, subject }) => `${side}:${subject}`)).size).toBe(
        items.length,
      );
    }),
    { numRuns: 500 },
  );
});

test('what matches is booked in whichever direction it went', () => {
  const accounts = { clearing: 1n, other: 2n };
  fc.assert(
    fc.property(fc.constantFrom('PSP', 'BANK'), fc.bigInt(-50n, 50n), (side, minor) => {
      const item = {
        ...{ side, subject: 'pop_1:CAPTURE', reference: 'pop_1' },
        feeMinor: side === 'PSP' ? minor : 0n,
        actualMinor: side === 'PSP' ? 7n : minor,
      };
      const legs = matchedLegs(item, accounts);
      expect(legs.every(({ amount }) => amount > 0n)).toBe(true);
      const change = legs.map(({ debit, amount }) => (debit === 2n ? amount : -amount));
      expect(change).toEqual(minor === 0n ? [] : [minor]);
    }),
  );
});

test.each([
  ['pop_1:CAPTURE', 'pop_1', 'PSP_FEE_EXPENSE'],
  ['dis_1:DISPUTE', 'dis_1', 'DISPUTE_FEE_EXPENSE'],
  ['dis_1:DISPUTE_WON', 'dis_1', 'DISPUTE_FEE_EXPENSE'],
  ['dis_1:FEE', 'dis_1', 'DISPUTE_FEE_EXPENSE'],
  ['line_1', '', 'PSP_FEE_EXPENSE'],
])('the fee of %s is booked where it belongs', (subject, reference, account) => {
  const item = { side: 'PSP', subject, reference } as const;
  expect(accountOfMatched(item)).toBe(account);
  const [leg] = matchedLegs(
    { ...item, feeMinor: -3n, actualMinor: 0n },
    { clearing: 1n, other: 2n },
  );
  const code = account === 'PSP_FEE_EXPENSE' ? 'PSP_FEE' : 'CHARGEBACK_FEE';
  expect(leg).toEqual({ code, debit: 1n, credit: 2n, amount: 3n });
});

test('a write-off makes our books say what the others say', () => {
  const accounts = { clearing: 1n, bank: 2n, difference: 3n };
  const amounts = fc.bigInt(-50n, 50n);
  fc.assert(
    fc.property(fc.constantFrom('PSP', 'BANK'), amounts, amounts, amounts, (side, e, a, f) => {
      const item = { side, expectedMinor: e, actualMinor: a, feeMinor: f } as const;
      const change = { 1: 0n, 2: 0n, 3: 0n } as Record<string, bigint>;
      for (const { debit, credit, amount } of writeOffLegs(item, accounts)) {
        expect(amount > 0n).toBe(true);
        change[String(debit)] = (change[String(debit)] ?? 0n) + amount;
        change[String(credit)] = (change[String(credit)] ?? 0n) - amount;
      }
      expect(change['1']).toBe(side === 'PSP' ? a - f - e : -e);
      expect(change['2']).toBe(side === 'PSP' ? 0n : a);
    }),
  );
});
