import { accountShown, codeName, ledgerUuid, modeOf } from './ledger-transfer.rules';
import { AccountKind, PLATFORM } from './ledger.rules';

test('numbers of the ledger have their names', () => {
  expect([1, 2, 3, 4].map(modeOf)).toEqual(['POSTED', 'PENDING', 'POST', 'VOID']);
  expect([codeName(10), codeName(9_999)]).toEqual(['FUNDING', 'CODE_9999']);
  expect(accountShown(AccountKind.BANK, PLATFORM)).toEqual({ kind: 'BANK', ownerId: null });
  expect(() => accountShown(999, PLATFORM)).toThrow();
});

test('an owner or subject is a public id or the UUID in it', () => {
  const uuid = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(ledgerUuid(uuid.toUpperCase())).toBe(uuid);
  expect(ledgerUuid('acc_00000000000000000000000009')).toBe('00000000-0000-0000-0000-000000000009');
  expect([ledgerUuid('nothing'), ledgerUuid('sel_x'), ledgerUuid('')]).toEqual(
    Array(3).fill(undefined),
  );
});
