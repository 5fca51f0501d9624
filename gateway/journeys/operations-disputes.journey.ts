import { eventually } from '../../scripts/client/eventually';
import { type MoneyShown, type Placed, type Story, eur } from './story';

interface Disputed {
  readonly id: string;
  readonly state: string;
  readonly proposalVersion: number;
}
interface Page {
  readonly atStake: MoneyShown;
  readonly evidence: readonly { readonly id: string; readonly fileName: string | null }[];
  readonly policy: readonly { readonly code: string; readonly about: readonly string[] }[];
  readonly actions: readonly { readonly action: string; readonly allowed: boolean }[];
}
interface Chargeback {
  readonly id: string;
  readonly state: string;
  readonly orders: readonly { readonly order: { readonly id: string } }[];
}

/** Buyer and seller disagree: one dispute is given up, one goes to the end, and two go over the bank. */
export function theyDisagree(story: Story): void {
  const { run, refused } = story.examples;

  const step = async (who: 'buyer' | 'seller', name: string, input: object): Promise<Disputed> => {
    const client = who === 'buyer' ? story.buyer : story.shop.seller;
    const all = { ...input, ...story.key() };
    return (await run<{ dispute: Disputed }>(client, name, all)).dispute;
  };
  const open = ({ id: orderId }: Placed, input: object): Promise<Disputed> =>
    step('buyer', 'DisputeOpen', { orderId, ...input });

  test('DisputeCounter, DisputeRefuse, DisputeEscalate, DisputeWithdraw: they haggle', async () => {
    const late = await story.placeAndPay();
    const { id: disputeId, proposalVersion } = await open(late, {
      kind: 'REFUND_ONLY',
      reason: 'LATE',
      text: 'It was to be here yesterday.',
    });
    const offer = { disputeId, amount: eur(200), text: 'Two euros for the delay.' };
    const offered = await step('seller', 'DisputeCounter', { ...offer, proposalVersion });
    expect(offered).toMatchObject({ state: 'WAIT_BUYER', proposalVersion: 2 });
    const stale = { ...offer, proposalVersion, ...story.key() };
    expect(await refused(story.shop.seller, 'DisputeCounter', stale)).toEqual(['PROPOSAL_STALE']);
    const asked = await step('buyer', 'DisputeCounter', {
      ...{ ...offer, proposalVersion: 2, amount: eur(1_500) },
      text: 'Rather fifteen.',
    });
    expect(asked.state).toBe('WAIT_SELLER');
    const no = { disputeId, reason: 'It leaves today.' };
    expect(await step('seller', 'DisputeRefuse', no)).toMatchObject({ state: 'WAIT_BUYER' });
    const early = { disputeId, ...story.key() };
    expect(await refused(story.buyer, 'DisputeEscalate', early)).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
    const given = await step('buyer', 'DisputeWithdraw', { disputeId });
    expect(given).toMatchObject({ state: 'WITHDRAWN', closedAt: expect.any(String) as string });
  });

  test('DisputeEvidenceUploadCreate: goods that were sent back are contested, with papers', async () => {
    const { id: disputeId, proposalVersion } = await open(story.kept('brokenOrder'), {
      kind: 'RETURN_AND_REFUND',
      reason: 'DAMAGED',
      text: 'The handle is off.',
    });
    story.keep('disputeId', disputeId);
    const agreed = await step('seller', 'DisputeAccept', { disputeId, proposalVersion });
    expect(agreed.state).toBe('WAIT_RETURN');
    const fileName = 'handed-over.txt';
    const { upload } = await run<{ upload: { id: string; path: string } }>(
      story.buyer,
      'DisputeEvidenceUploadCreate',
      { disputeId, contentType: 'text/plain', fileName, ...story.key() },
    );
    const sent = await fetch(`${story.journey.system.origin}${upload.path}`, {
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
      body: 'Parcel handed over at the counter in Hamburg.',
    });
    expect(sent.ok).toBe(true);
    await run(story.buyer, 'DisputeEvidenceAdd', {
      ...{ disputeId, field: 'OTHER', uploadId: upload.id, ...story.key() },
    });
    const contested = await step('seller', 'DisputeRefuse', {
      disputeId,
      reason: 'Only shards came back.',
    });
    expect(contested.state).toBe('EVIDENCE');
    expect(await step('buyer', 'DisputeEscalate', { disputeId })).toMatchObject({
      state: 'EVIDENCE',
      buyerDone: true,
    });
    const heard = await step('seller', 'DisputeEscalate', { disputeId });
    expect(heard.state).toBe('UNDER_REVIEW');
    const { evidence } = await run<Page>(story.shop.seller, 'DisputePage', { id: disputeId });
    expect(evidence).toContainEqual(expect.objectContaining({ side: 'BUYER', fileName }));
  });

  test('DisputePage, DisputeDecisionPreview, DisputeDecide, DisputeAppeal, DisputeAppealDecide', async () => {
    const [operator, second] = [await story.operator(), await story.operator('operator2')];
    const disputeId = story.kept('disputeId');
    const page = await run<Page>(operator, 'DisputePage', { id: disputeId });
    expect(page.actions).toContainEqual(
      expect.objectContaining({ action: 'disputeDecide', allowed: true }),
    );
    const verdict = {
      disputeId,
      refund: eur(1_000),
      release: eur(BigInt(page.atStake.minorUnits) - 1_000n),
      fault: 'NOBODY',
      clauses: page.policy.flatMap(({ code, about }) => (about.includes('DAMAGED') ? [code] : [])),
      evidenceIds: page.evidence.flatMap(({ id, fileName }) => (fileName === null ? [] : [id])),
      reason: 'Nobody shows where it broke: each bears a part.',
    };
    const foreseen = await run<object>(operator, 'DisputeDecisionPreview', {
      verdict: { ...verdict, returnRequired: false },
    });
    expect(foreseen).toMatchObject({ preview: { needsApproval: false } });
    const unfounded = { ...verdict, clauses: ['FAIRNESS'], ...story.key() };
    expect(await refused(operator, 'DisputeDecide', unfounded)).toEqual(['CLAUSE_REQUIRED']);
    const decided = await run<object>(operator, 'DisputeDecide', { ...verdict, ...story.key() });
    expect(decided).toMatchObject({
      dispute: { state: 'DECIDED', decisions: [{ round: 1, refund: { amount: '10.00' } }] },
      approval: null,
    });
    const appeal = { disputeId, reason: 'The shards were packed badly.' };
    expect(await step('seller', 'DisputeAppeal', appeal)).toMatchObject({ state: 'APPEALED' });
    const upheld = () => ({ ...verdict, reason: 'Nothing new.', ...story.key() });
    expect(await refused(operator, 'DisputeAppealDecide', upheld())).toEqual(['DECIDER_CONFLICT']);
    const final = await run<object>(second, 'DisputeAppealDecide', upheld());
    expect(final).toMatchObject({
      dispute: { state: 'CLOSED', decisions: [{ round: 1 }, { round: 2 }] },
    });
  });

  test('Chargebacks, ChargebackEvidenceSubmit, ChargebackAccept: the bank asks', async () => {
    const { seller, id: sellerId } = story.shop;
    const contested = await story.placeAndPay('tok_dispute_won');
    const given = await story.placeAndPay('tok_dispute_lost');
    const caseOf = ({ id }: Placed, state: string): Promise<Chargeback> =>
      eventually(`a case ${state}`, async () => {
        const { nodes } = await run<{ nodes: Chargeback[] }>(seller, 'Chargebacks', { sellerId });
        return nodes.find((one) => one.state === state && one.orders[0]?.order.id === id);
      });
    const first = await caseOf(contested, 'OPENED');
    const answered = await run<{ chargeback: Chargeback }>(seller, 'ChargebackEvidenceSubmit', {
      chargebackId: first.id,
      statement: 'It was sent the same day and waits at the counter.',
      ...story.key(),
    });
    expect(answered.chargeback.state).not.toBe('OPENED');
    const accept = { chargebackId: (await caseOf(given, 'OPENED')).id, ...story.key() };
    const accepted = await run<{ chargeback: Chargeback }>(seller, 'ChargebackAccept', accept);
    expect(accepted.chargeback.state).toBe('ACCEPTED');
    await caseOf(contested, 'WON');
  });
}
