import { unreachable } from '#kernel/machine/machine';
import { offerMachine } from './offer.machine';

test('every state can be reached, and withdrawn is the end', () => {
  expect(unreachable(offerMachine)).toEqual([]);
  expect(offerMachine.isFinal('WITHDRAWN')).toBe(true);
  expect(offerMachine.next('LIVE', 'publish')).toBeUndefined();
  expect(offerMachine.next('PAUSED', 'publish')).toBe('LIVE');
});
