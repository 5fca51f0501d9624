import type { PayoutSchedule } from '../payouts/payout.rules';
import type { SellerTier } from '../balances/tier.rules';
import type { FactInput, FactName } from '#contracts/facts';
import { accountIds, merchantIds } from '#contracts/ids';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { type Clock, SECOND } from '#kernel/clock/clock';
import type { DoorResponse } from '#kernel/graphql/door';
import { idKind } from '#kernel/ids/id';

const eventIds = idKind('evt');

/** What a mutation answered; an error of the call itself counts as a user error here. */
export interface Answer {
  readonly userErrors: { code: string; retryable: boolean; field: string[] | null }[];
  readonly [field: string]: unknown;
}

export const user = (accountId: string, roles: string[] = []): Viewer =>
  makeViewer({ kind: 'USER', accountId, roles, scopes: ['*'], correlationId: 'test' });

/** The same person, who has entered their password just now. */
export const justSignedIn = (viewer: Viewer, now: Date): Viewer =>
  makeViewer({ ...viewer, authenticatedAt: Math.floor(now.getTime() / SECOND) });

export const apiKey = (tenantIds: string[], scopes: string[], keyId = 'key_test'): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    accountId: accountIds.create(),
    keyId,
    tenantIds,
    scopes,
    correlationId: 'test',
  });

export const anonymous = makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' });

/** What people and other subgraphs do to payments, in words of a test. */
export abstract class Acts {
  abstract readonly clock: Clock;
  abstract call(
    viewer: Viewer,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<DoorResponse>;
  abstract hear<N extends FactName>(type: N, data: FactInput<N>): Promise<void>;

  /**
   * A trusted seller with a member and, when asked for, a payout account and an open gate. Nothing is paid out by
   * itself: what a test moves by months would be gone otherwise.
   */
  async openSeller(sellerId: string, accountId: string, payable: boolean): Promise<void> {
    const seller = { sellerId, accountId, country: 'DE', handle: 'h', displayName: 'H' };
    await this.hear('seller.opened', seller);
    await this.tier(sellerId, 'TRUSTED', 1);
    if (!payable) return;
    await this.gate(sellerId, true, 1);
    await this.payoutAccount(user(accountId), sellerId, 'dest_ok');
    await this.payoutEvery(user(accountId), sellerId, 'MANUAL');
  }

  async tier(sellerId: string, tier: SellerTier, version: number): Promise<void> {
    await this.hear('seller_trust.changed', { sellerId, tier, version, reasons: [] });
  }

  async gate(sellerId: string, open: boolean, version: number): Promise<void> {
    await this.hear('merchant.verification_changed', {
      merchantId: merchantIds.create(),
      sellerIds: [sellerId],
      state: open ? 'VERIFIED' : 'SUBMITTED',
      level: open ? 1 : 0,
      gates: { SELL: open, PAYOUT: open },
      version,
    });
  }

  /** By a member who has just entered their password. */
  payoutAccount(viewer: Viewer, sellerId: string, destination: string): Promise<Answer> {
    const input = { sellerId, destination, idempotencyKey: eventIds.create() };
    const now = justSignedIn(viewer, this.clock.now());
    return this.mutate(now, 'payoutAccountCreate', input, 'payoutAccount { id verified }');
  }

  payoutEvery(viewer: Viewer, sellerId: string, interval: PayoutSchedule): Promise<Answer> {
    const input = { sellerId, currencyCode: 'EUR', interval, idempotencyKey: eventIds.create() };
    const fields = 'payoutSchedule { interval allowed }';
    return this.mutate(viewer, 'payoutScheduleUpdate', input, fields);
  }

  payOut(viewer: Viewer, sellerId: string, minor: bigint, key?: string): Promise<Answer> {
    const amount = { minorUnits: minor.toString(), currencyCode: 'EUR' };
    const input = { sellerId, amount, idempotencyKey: key ?? eventIds.create() };
    return this.mutate(viewer, 'payoutCreate', input, 'payout { id state }');
  }

  confirm(viewer: Viewer, orderId: string, key: string, trancheId?: string): Promise<Answer> {
    const input = { orderId, trancheId, idempotencyKey: key };
    return this.mutate(viewer, 'escrowReleaseConfirm', input, 'escrow { id state }');
  }

  refund(viewer: Viewer, orderId: string, minor: bigint | undefined, key: string): Promise<Answer> {
    const amount =
      minor === undefined ? null : { minorUnits: minor.toString(), currencyCode: 'EUR' };
    const input = { orderId, amount, reason: 'damaged', idempotencyKey: key };
    return this.mutate(viewer, 'refundCreate', input, 'refund { id state }');
  }

  extend(viewer: Viewer, trancheId: string, key: string, days?: number): Promise<Answer> {
    const input = { trancheId, days, idempotencyKey: key };
    return this.mutate(viewer, 'escrowInspectionExtend', input, 'escrow { id state }');
  }

  hold(viewer: Viewer, trancheId: string, key: string, minor?: bigint): Promise<Answer> {
    const amount =
      minor === undefined ? null : { minorUnits: minor.toString(), currencyCode: 'EUR' };
    const input = { trancheId, amount, cause: 'RISK', reason: 'odd', idempotencyKey: key };
    return this.mutate(
      viewer,
      'escrowHoldPlace',
      input,
      'hold { id cause reason amount { minorUnits } }',
    );
  }

  lift(viewer: Viewer, holdId: string, key: string): Promise<Answer> {
    const input = { holdId, idempotencyKey: key };
    return this.mutate(viewer, 'escrowHoldLift', input, 'hold { id liftedAt }');
  }

  chargebackAnswer(
    viewer: Viewer,
    chargebackId: string,
    key: string,
    name: 'chargebackEvidenceSubmit' | 'chargebackAccept' = 'chargebackEvidenceSubmit',
  ): Promise<Answer> {
    const input = { chargebackId, idempotencyKey: key };
    return this.mutate(viewer, name, input, 'chargeback { id state }');
  }

  confirmPayment(viewer: Viewer, paymentId: string): Promise<Answer> {
    const input = { paymentId, idempotencyKey: eventIds.create() };
    return this.mutate(viewer, 'paymentConfirm', input, 'payment { id status }');
  }

  async mutate(viewer: Viewer, name: string, input: object, fields: string): Promise<Answer> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await this.call(
      viewer,
      `mutation ($input: ${type}!) {
        ${name}(input: $input) { ${fields} userErrors { code message field retryable } }
      }`,
      { input },
    );
    const call = (errors ?? []).map(({ extensions }) => String(extensions?.['code']));
    const answer = data?.[name] as Answer | null | undefined;
    return answer ?? { userErrors: call.map((code) => ({ code, field: null, retryable: false })) };
  }
}
