import type { AccountId } from '#contracts/ids';
import { systemViewer } from '#kernel/auth/viewer';
import { idKind } from '#kernel/ids/id';
import { uuidOf } from '#kernel/ids/id';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { type Answer, user } from './acts';
import type { World } from './world';

const keys = idKind('evt');
const FIELDS = 'id brand last4 expMonth expYear expired consentVersion removedAt';

/** What a buyer does with their own means of payment. */
export class BuyerActs {
  constructor(
    private readonly world: World,
    readonly buyerId: AccountId,
  ) {}

  setUp(token: string, key: string = keys.create()): Promise<Answer> {
    const input = { token, idempotencyKey: key };
    const fields = 'setup { id status actionUrl }';
    return this.world.mutate(user(this.buyerId), 'paymentMethodSetup', input, fields);
  }

  save(setupId: string, key: string = keys.create(), viewer = user(this.buyerId)): Promise<Answer> {
    const input = { setupId, consentVersion: '2026-11', idempotencyKey: key };
    return this.world.mutate(viewer, 'paymentMethodSave', input, `paymentMethod { ${FIELDS} }`);
  }

  remove(paymentMethodId: string, viewer = user(this.buyerId)): Promise<Answer> {
    const input = { paymentMethodId, idempotencyKey: keys.create() };
    return this.world.mutate(viewer, 'paymentMethodRemove', input, `paymentMethod { ${FIELDS} }`);
  }

  /** Sets up and saves at once. */
  async keep(token = 'tok_ok'): Promise<string> {
    const { setup } = (await this.setUp(token)) as unknown as { setup: { id: string } };
    const { paymentMethod } = (await this.save(setup.id)) as unknown as {
      paymentMethod: { id: string };
    };
    return paymentMethod.id;
  }

  /** What an account shows to somebody. */
  async account(
    fields: string,
    viewer = user(this.buyerId),
  ): Promise<Record<string, unknown> | null> {
    const { data } = await this.world.call(
      viewer,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { ${fields} } } }`,
      { r: [{ __typename: 'Account', id: this.buyerId }] },
    );
    return (data?.['_entities'] as (Record<string, unknown> | null)[])[0] ?? null;
  }

  /** The platform gives credit. */
  async give(amount: bigint): Promise<void> {
    await this.world.db.transaction(systemViewer('test'), async (tx) => {
      const [debit = 0n, credit = 0n] = await openAccounts(tx, [
        { kind: 'GOODWILL_EXPENSE', owner: PLATFORM, currency: 'EUR' },
        { kind: 'BUYER_CREDIT', owner: uuidOf(this.buyerId), currency: 'EUR' },
      ]);
      const legs = [{ code: 'GOODWILL' as const, debit, credit, amount }];
      await post(tx, posting(keys.create(), 'EUR', tx.now, legs));
    });
  }

  /** What can be spent, and what is kept for payments. */
  async credit(): Promise<[string, string]> {
    const found = await this.account(
      'buyerCredit(currencyCode: "EUR") { balance { minorUnits } reservedAmount { minorUnits } }',
    );
    const { balance, reservedAmount } = found?.['buyerCredit'] as {
      balance: { minorUnits: string };
      reservedAmount: { minorUnits: string };
    };
    return [balance.minorUnits, reservedAmount.minorUnits];
  }
}
