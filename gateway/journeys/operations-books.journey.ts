import { DAY } from '#kernel/clock/clock';
import { type MoneyShown, type Story, eur } from './story';

interface Transfer {
  readonly id: string;
  readonly code: string;
  readonly amount: Pick<MoneyShown, 'amount'>;
}
interface Approved {
  readonly approval: { readonly id: string; readonly state: string };
}
interface Item {
  readonly id: string;
  readonly reference: string;
}

/** Two operators look after the platform's books and its rules. */
export function theBooksAreKept(story: Story): void {
  const { run, refused } = story.examples;

  test('LedgerTransfers, LedgerAdjustmentCreate, Approvals, ApprovalReject, ApprovalGrant', async () => {
    const [operator, second] = [await story.operator(), await story.operator('operator2')];
    const { nodes } = await run<{ nodes: Transfer[] }>(operator, 'LedgerTransfers', {
      where: { accountKind: 'FEE_REVENUE' },
    });
    const commission = nodes.find(({ code }) => code === 'RELEASE_COMMISSION');
    const propose = async (minor: number): Promise<string> => {
      const { approval } = await run<Approved>(operator, 'LedgerAdjustmentCreate', {
        correctsId: commission?.id,
        legs: [
          {
            debit: { kind: 'FEE_REVENUE' },
            credit: { kind: 'SELLER_AVAILABLE', ownerId: story.shop.id },
            amount: eur(minor),
          },
        ],
        reason: 'The first sale was promised without commission.',
        ...story.key(),
      });
      expect(approval.state).toBe('PROPOSED');
      return approval.id;
    };
    const mistyped = { approvalId: await propose(40_000), reason: 'A zero too much' };
    const withdrawn = await run<Approved>(operator, 'ApprovalReject', {
      ...mistyped,
      ...story.key(),
    });
    expect(withdrawn.approval).toMatchObject({
      state: 'REJECTED',
      decisionReason: mistyped.reason,
    });
    const approvalId = await propose(400);
    const waiting = await run<{ nodes: object[] }>(second, 'Approvals');
    expect(waiting.nodes).toMatchObject([{ id: approvalId, kind: 'LEDGER_ADJUSTMENT' }]);
    expect(await refused(operator, 'ApprovalGrant', { approvalId, ...story.key() })).toEqual([
      'APPROVAL_REQUIRED',
    ]);
    const granted = await run<Approved>(second, 'ApprovalGrant', { approvalId, ...story.key() });
    expect(granted.approval).toMatchObject({ state: 'GRANTED', refusal: null });
    const money = await run<object>(story.shop.seller, 'SellerBalance', {
      sellerId: story.shop.id,
    });
    expect(money).toMatchObject({ available: { amount: '4.00' } });
  });

  test('ReconciliationRun, ReconciliationItems, ReconciliationItemResolve', async () => {
    const [operator, second] = [await story.operator(), await story.operator('operator2')];
    const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();
    const reference = 'insurance of the stand';
    const { reconciliationRun } = await run<{ reconciliationRun: { open: number } }>(
      operator,
      'ReconciliationRun',
      {
        from: ago(30),
        to: ago(0),
        bankStatement: `id,date,reference,currency,amountMinor\nline-1,${ago(20)},${reference},EUR,1250`,
        ...story.key(),
      },
    );
    expect(reconciliationRun.open).toBeGreaterThan(0);
    const { nodes } = await run<{ nodes: Item[] }>(operator, 'ReconciliationItems');
    const item = nodes.find((one) => one.reference === reference);
    expect(item).toMatchObject({
      side: 'BANK',
      outcome: 'MISSING_PSP',
      actual: { amount: '12.50' },
    });
    const resolve = () => ({ itemId: item?.id, reason: 'Not of the provider', ...story.key() });
    const name = 'ReconciliationItemResolve';
    const proposed = await run<object>(operator, name, resolve());
    expect(proposed).toMatchObject({ reconciliationItem: { state: 'PROPOSED' } });
    expect(await refused(operator, name, resolve())).toEqual(['APPROVAL_REQUIRED']);
    const resolved = await run<object>(second, name, resolve());
    expect(resolved).toMatchObject({ reconciliationItem: { state: 'RESOLVED' } });
  });

  test('RiskRuleSetCreate, RiskBackRun, RiskRuleSetPublish: tried in the shadow and given up', async () => {
    const operator = await story.operator();
    const draft = (is: 'gte' | 'lte') => ({
      point: 'PAYOUT',
      rules: JSON.stringify([
        {
          code: 'NEARLY_ALL_REFUNDED',
          when: { feature: 'seller.refundRate_90d', is, value: 0.9 },
          outcome: 'REVIEW',
          reason: 'Nearly all that the seller sold went back.',
          score: 200,
        },
      ]),
      note: 'Tried for a week',
      ...story.key(),
    });
    expect(await refused(operator, 'RiskRuleSetCreate', draft('lte'))).toEqual([
      'RULE_SET_INVALID',
    ]);
    const { ruleSet } = await run<{ ruleSet: { id: string; state: string } }>(
      operator,
      'RiskRuleSetCreate',
      draft('gte'),
    );
    expect(ruleSet.state).toBe('DRAFT');
    const ruleSetId = ruleSet.id;
    const tried = await run<object>(operator, 'RiskBackRun', { ruleSetId });
    expect(tried).toMatchObject({ changes: [] });
    const jump = { ruleSetId, to: 'LIVE', ...story.key() };
    expect(await refused(operator, 'RiskRuleSetPublish', jump)).toEqual(['TRANSITION_NOT_ALLOWED']);
    for (const to of ['SHADOW', 'RETIRED']) {
      const moved = await run<object>(operator, 'RiskRuleSetPublish', {
        ...jump,
        to,
        ...story.key(),
      });
      expect(moved).toMatchObject({ ruleSet: { id: ruleSetId, state: to } });
    }
  });
}
