import fc from 'fast-check';
import { DAY, HOUR } from '#kernel/clock/clock';
import { statesOf, unreachable } from '#kernel/machine/machine';
import { afterWorkingDays } from '#kernel/clock/working-days';
import { claimOfLines, windowEnd } from './claim.rules';
import { type ViewerRefusal, disputeActions } from './dispute-action.rules';
import { beginning, deadline, running } from './dispute-timer.rules';
import { type DisputeState, disputeMachine } from './dispute.machine';
import { type Proposal, fits, sameTerms, standing } from './proposal.rules';

const NOW = new Date('2026-11-27T12:00:00Z'); // a Friday
const proposal = fc.record({
  version: fc.nat(20),
  side: fc.constantFrom('BUYER' as const, 'SELLER' as const),
  kind: fc.constantFrom('REFUND_ONLY' as const, 'EXCHANGE' as const),
  amountMinor: fc.bigInt(0n, 1_000n),
});
const state = fc.constantFrom(...statesOf(disputeMachine));

test('the table of the dispute, cell by cell', () => {
  const drawn = statesOf(disputeMachine).map((from) => {
    const cells = disputeMachine
      .events(from)
      .map((event) => `${event}>${disputeMachine.next(from, event)}`);
    return `${from}: ${cells.join(' ')}`.trim();
  });
  expect(`\n${drawn.join('\n')}`).toMatchInlineSnapshot(`
   "
   WAIT_SELLER: withdraw>WITHDRAWN timeLimit>DECIDED supersede>SUPERSEDED agree>RESOLVED agreeReturn>WAIT_RETURN waitHold>WAIT_HOLD demand>WAIT_SELLER answer>WAIT_BUYER refuse>WAIT_BUYER escalate>EVIDENCE
   WAIT_BUYER: withdraw>WITHDRAWN timeLimit>DECIDED supersede>SUPERSEDED agree>RESOLVED agreeReturn>WAIT_RETURN waitHold>WAIT_HOLD demand>WAIT_SELLER answer>WAIT_BUYER escalate>EVIDENCE lapse>CLOSED
   WAIT_RETURN: withdraw>WITHDRAWN timeLimit>DECIDED supersede>SUPERSEDED received>RESOLVED waitHold>WAIT_HOLD refuse>EVIDENCE lapse>CLOSED
   WAIT_HOLD: thawed>RESOLVED withdraw>WITHDRAWN supersede>SUPERSEDED
   EVIDENCE: withdraw>WITHDRAWN timeLimit>DECIDED supersede>SUPERSEDED agree>RESOLVED agreeReturn>WAIT_RETURN waitHold>WAIT_HOLD demand>EVIDENCE answer>EVIDENCE heard>UNDER_REVIEW
   UNDER_REVIEW: withdraw>WITHDRAWN timeLimit>DECIDED supersede>SUPERSEDED agree>RESOLVED agreeReturn>WAIT_RETURN waitHold>WAIT_HOLD demand>UNDER_REVIEW answer>UNDER_REVIEW decide>DECIDED
   DECIDED: appeal>APPEALED final>CLOSED orderReturn>RETURN_ORDERED supersede>SUPERSEDED
   APPEALED: final>CLOSED orderReturn>RETURN_ORDERED supersede>SUPERSEDED
   RETURN_ORDERED: received>CLOSED lapse>CLOSED contest>APPEALED supersede>SUPERSEDED
   RESOLVED:
   WITHDRAWN:
   CLOSED:
   SUPERSEDED:"
  `);
});

test('every state can be reached', () => {
  expect(unreachable(disputeMachine)).toEqual([]);
});

test('a dispute that is not over always has a deadline that ends the stage, and one that is over has none', () => {
  for (const one of statesOf(disputeMachine)) {
    const kinds = running({ state: one, returnedAt: null });
    expect([one, kinds.length > 0]).toEqual([one, !disputeMachine.isFinal(one)]);
    expect([one, kinds.some((kind) => kind !== 'T10')]).toEqual([one, kinds.length > 0]);
  }
});

test('a step starts what did not run before, and a new word gives the other side its whole time', () => {
  fc.assert(
    fc.property(state, state, fc.boolean(), (before, next, back) => {
      const stage = (of: DisputeState) => ({ state: of, returnedAt: back ? NOW : null });
      const begun = beginning(stage(before), stage(next));
      const ran = running(stage(before));
      for (const kind of running(stage(next))) {
        const always = kind === 'T7' || kind === 'T8';
        expect(begun.includes(kind)).toBe(always || !ran.includes(kind));
      }
    }),
  );
});

test.each([
  ['NOT_AS_DESCRIBED', 'DELIVERED', 120],
  ['NOT_RECEIVED', 'DELIVERED', 36],
  ['DAMAGED', 'SHIPPED', 36],
  ['LATE', 'FUNDED', 24],
  ['NOT_RECEIVED', 'FUNDED', 24],
  ['DAMAGED', 'RELEASED', 120],
] as const)('%s with the goods %s: the seller has %d hours', (reason, goods, hours) => {
  const at = deadline('T7', NOW, { reason, goods });
  expect((at.getTime() - NOW.getTime()) / HOUR).toBe(hours);
});

test('two working days leave the weekend out', () => {
  expect(afterWorkingDays(NOW, 2).toISOString()).toBe('2026-12-01T12:00:00.000Z');
  expect(afterWorkingDays(new Date('2026-11-28T01:00:00Z'), 2).toISOString()).toBe(
    '2026-12-01T01:00:00.000Z',
  );
});

test('a complaint can be made for 15 days from delivery, or receipt; 30 between businesses; before that always', () => {
  expect(windowEnd(null, undefined, false)).toBeUndefined();
  const days = (end: Date | undefined): number => ((end?.getTime() ?? 0) - NOW.getTime()) / DAY;
  expect(days(windowEnd(NOW, undefined, false))).toBe(15);
  expect(days(windowEnd(null, NOW, false))).toBe(15);
  expect(days(windowEnd(NOW, undefined, true))).toBe(30);
});

test('a side offers its latest proposal; what the seller took back is no offer', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(proposal, { selector: ({ version }) => version }),
      fc.nat(20),
      (proposals: Proposal[], refused) => {
        const buyer = standing(proposals, 'BUYER', refused);
        const seller = standing(proposals, 'SELLER', refused);
        for (const one of proposals.filter(({ side }) => side === 'BUYER')) {
          expect(buyer !== undefined && buyer.version >= one.version).toBe(true);
        }
        if (seller !== undefined) expect(seller.version).toBeGreaterThan(refused);
        const newer = proposals.some(({ side, version }) => side === 'SELLER' && version > refused);
        expect(seller !== undefined).toBe(newer);
      },
    ),
  );
});

test('terms are equal when both say the same, and fit when they give something that is at stake', () => {
  fc.assert(
    fc.property(proposal, proposal, fc.bigInt(1n, 1_000n), (a, b, stake) => {
      expect(sameTerms(a, b)).toBe(sameTerms(b, a));
      expect(sameTerms(a, a)).toBe(true);
      if (fits(a, stake)) {
        expect(a.amountMinor <= stake).toBe(true);
        expect(a.kind === 'EXCHANGE' || a.amountMinor > 0n).toBe(true);
      }
    }),
  );
  expect(fits({ kind: 'REFUND_ONLY', amountMinor: 0n }, 1n)).toBe(false);
  expect(fits({ kind: 'EXCHANGE', amountMinor: 0n }, 1n)).toBe(true);
  expect(fits({ kind: 'EXCHANGE', amountMinor: -1n }, 1n)).toBe(false);
  expect(fits({ kind: 'REFUND_ONLY', amountMinor: 2n }, 1n)).toBe(false);
});

const goods = [
  { orderLineId: 'a', quantity: 3, amountMinor: 1_000n },
  { orderLineId: 'b', quantity: 1, amountMinor: 500n },
];

test('what is claimed by lines is never more than what is left, and all lines are all of it but rounding', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10_000n), fc.integer({ min: 1, max: 3 }), (left, quantity) => {
      const part = claimOfLines(left, goods, [{ orderLineId: 'a', quantity }]) ?? -1n;
      expect(part >= 0n && part <= left).toBe(true);
      const all = goods.map(({ orderLineId, quantity: every }) => ({
        orderLineId,
        quantity: every,
      }));
      expect(claimOfLines(left, goods, all)).toBe(left);
    }),
  );
  expect(claimOfLines(1_500n, goods, [{ orderLineId: 'a', quantity: 1 }])).toBe(333n);
});

test.each([
  ['an unknown line', [{ orderLineId: 'c', quantity: 1 }]],
  ['more than there is', [{ orderLineId: 'a', quantity: 4 }]],
  [
    'more than there is, in two',
    [
      { orderLineId: 'b', quantity: 1 },
      { orderLineId: 'b', quantity: 1 },
    ],
  ],
  ['nothing of it', [{ orderLineId: 'a', quantity: 0 }]],
  ['less than nothing', [{ orderLineId: 'a', quantity: -1 }]],
  ['no line', []],
])('lines that name %s are no claim', (_what, lines) => {
  expect(claimOfLines(1_500n, goods, lines)).toBeUndefined();
});

test('what a viewer is shown as possible is what the table allows', () => {
  const proposals = [{ version: 1, side: 'BUYER', kind: 'REFUND_ONLY', amountMinor: 1n }] as const;
  const allowed = (
    of: DisputeState,
    role: 'BUYER' | 'SELLER' | 'OPERATOR',
    days = 0,
    returnedAt: Date | null = null,
    refusal: ViewerRefusal | null = null,
  ): string[] =>
    disputeActions(
      {
        state: of,
        refusedVersion: 0,
        openedAt: new Date(NOW.getTime() - days * DAY),
        buyerDone: false,
        sellerDone: true,
        returnedAt,
      },
      proposals,
      role,
      { now: NOW, deadlines: [], refusal },
    ).flatMap((one) => (one.allowed ? [one.action] : []));
  expect(allowed('WAIT_SELLER', 'SELLER')).toEqual([
    'disputeAccept',
    'disputeCounter',
    'disputeRefuse',
  ]);
  expect(allowed('WAIT_SELLER', 'BUYER')).toEqual(['disputeCounter', 'disputeWithdraw']);
  expect(allowed('WAIT_BUYER', 'BUYER', 3)).toContain('disputeEscalate');
  expect(allowed('EVIDENCE', 'BUYER')).toContain('disputeEscalate');
  expect(allowed('EVIDENCE', 'SELLER')).not.toContain('disputeEscalate');
  expect(allowed('WAIT_RETURN', 'SELLER')).toEqual(['disputeAccept', 'disputeRefuse']);
  expect(allowed('RETURN_ORDERED', 'SELLER')).toEqual(['disputeAccept']);
  expect(allowed('RETURN_ORDERED', 'SELLER', 0, NOW)).toEqual(['disputeAccept', 'disputeRefuse']);
  expect(allowed('RETURN_ORDERED', 'BUYER', 0, NOW)).toEqual([]);
  expect(allowed('WAIT_HOLD', 'BUYER')).toEqual(['disputeWithdraw']);
  expect(allowed('UNDER_REVIEW', 'OPERATOR')).toEqual(['disputeDecide']);
  expect(allowed('APPEALED', 'OPERATOR')).toEqual(['disputeAppealDecide']);
  expect(allowed('DECIDED', 'SELLER')).toEqual(['disputeAppeal']);
  expect(allowed('RESOLVED', 'BUYER')).toEqual([]);
  expect(allowed('APPEALED', 'OPERATOR', 0, null, 'DECIDER_CONFLICT')).toEqual([]);
  expect(allowed('WAIT_SELLER', 'SELLER', 0, null, 'FORBIDDEN')).toEqual([]);
});
