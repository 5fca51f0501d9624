import fc from 'fast-check';
import { escrowState, whereabouts } from './escrow.rules';

const none = {
  capturedMinor: 0n,
  availableMinor: 0n,
  frozenMinor: 0n,
  releasedMinor: 0n,
  refundedMinor: 0n,
  chargedBackMinor: 0n,
  clawedBackMinor: 0n,
};
const all = { ...none, capturedMinor: 100n };

test.each([
  ['NONE', none],
  ['HELD', { ...all, availableMinor: 100n }],
  ['HELD', { ...all, availableMinor: 60n, refundedMinor: 40n }],
  ['FROZEN', { ...all, availableMinor: 60n, frozenMinor: 40n }],
  ['RELEASED', { ...all, releasedMinor: 100n }],
  ['REFUNDED', { ...all, refundedMinor: 100n }],
  ['SPLIT', { ...all, releasedMinor: 60n, refundedMinor: 40n }],
  ['SPLIT', { ...all, releasedMinor: 100n, clawedBackMinor: 1n }],
  ['REFUNDED', { ...all, releasedMinor: 100n, clawedBackMinor: 100n }],
] as const)('%s', (state, amounts) => {
  expect(escrowState([amounts])).toBe(state);
});

test('what came in is held, released or refunded, whatever happened', () => {
  const part = fc.bigInt(0n, 10n ** 12n);
  fc.assert(
    fc.property(fc.array(fc.tuple(part, part, part, part, part)), (rows) => {
      const tranches = rows.map(([available, frozen, released, refunded, claw]) => ({
        capturedMinor: available + frozen + released + refunded,
        availableMinor: available,
        frozenMinor: frozen,
        releasedMinor: released,
        refundedMinor: refunded,
        chargedBackMinor: 0n,
        clawedBackMinor: claw % (released + 1n),
      }));
      const { captured, held, released, refunded } = whereabouts(tranches);
      expect(held + released + refunded).toBe(captured);
    }),
  );
});
