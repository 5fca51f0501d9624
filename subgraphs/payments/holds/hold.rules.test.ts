import type { HoldCause } from './hold.entity';
import { mayStack } from './hold.rules';

test.each<[readonly HoldCause[], HoldCause, boolean]>([
  [['RISK'], 'DISPUTE', true],
  [['LEGAL'], 'DISPUTE', true],
  [['DISPUTE'], 'LEGAL', true],
  [['DISPUTE'], 'RISK', true],
  [['DISPUTE'], 'DISPUTE', false],
  [['RISK'], 'LEGAL', false],
  [['CHARGEBACK'], 'DISPUTE', false],
  [['DISPUTE'], 'CHARGEBACK', false],
  [['RISK', 'DISPUTE'], 'LEGAL', false],
  [[], 'DISPUTE', false],
])('%j and %s: %s', (existing, next, may) => {
  expect(mayStack(existing, next)).toBe(may);
});
