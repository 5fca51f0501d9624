import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';
import { theBooksAreKept } from './operations-books.journey';
import { aBuyerBuys } from './operations-buying.journey';
import { theyDisagree } from './operations-disputes.journey';
import { theShopIsPaid } from './operations-payouts.journey';
import { aShopOpens } from './operations-shop.journey';
import { Story } from './story';

interface Paid {
  readonly id: string;
  readonly status: string;
}

/** One story, in this order. */
const CHAPTERS = [aShopOpens, aBuyerBuys, theBooksAreKept, theShopIsPaid, theyDisagree];

/** Every committed example, run as a storefront would: each answer feeds the next. */
export const operations = (house: House): void =>
  describe('the example operations', () => {
    let journey: Journey;
    let buyer: GraphClient;
    const story = new Story(house);
    const { examples } = story;
    const { run, live, refused: refusedWith } = examples;
    let cartId: string;
    let checkout: { id: string; total: { minorUnits: string; currencyCode: string } };
    let group: { paymentRequest: string; orders: { id: string }[] };

    beforeAll(() => {
      journey = house.journey;
    });

    const money = () => ({
      minorUnits: checkout.total.minorUnits,
      currencyCode: checkout.total.currencyCode,
    });

    test('SignIn, ProductSearch, ProductPage', async () => {
      const { accessToken } = await run<{ accessToken: string }>(journey.graph, 'SignIn');
      buyer = journey.graph.as(accessToken);
      const { nodes } = await run<{ nodes: unknown[] }>(journey.graph, 'ProductSearch');
      expect(nodes.length).toBeGreaterThan(0);
      expect(await run(journey.graph, 'ProductPage')).toMatchObject({ handle: 'oak-desk-lamp' });
    });

    test('CartCreate, Checkout, CheckoutComplete, PaymentCreate', async () => {
      const { productByHandle } = await buyer.ask<{
        productByHandle: { variants: { offers: { nodes: { id: string }[] } }[] };
      }>(
        '{ productByHandle(handle: "steel-pen") { variants { offers(first: 1) { nodes { id } } } } }',
      );
      const offerId = productByHandle.variants[0]?.offers.nodes[0]?.id;
      const made = await run<{ cart: { id: string } }>(buyer, 'CartCreate', {
        offerId,
        quantity: 2,
      });
      cartId = made.cart.id;
      const shipTo = {
        name: 'Bea Buyer',
        street: 'Quay 7',
        city: 'Hamburg',
        postalCode: '20095',
        country: 'DE',
      };
      const begun = await run<{ checkout: typeof checkout }>(buyer, 'Checkout', {
        cartId,
        shipTo,
        idempotencyKey: 'begin',
      });
      checkout = begun.checkout;
      const done = await run<{ orderGroup: typeof group }>(buyer, 'CheckoutComplete', {
        checkoutId: checkout.id,
        total: money(),
        idempotencyKey: 'complete',
      });
      group = done.orderGroup;
      const { payment } = await run<{ payment: Paid }>(buyer, 'PaymentCreate', {
        paymentRequest: group.paymentRequest,
        amount: money(),
        idempotencyKey: 'pay',
      });
      expect(payment.status).toBe('CAPTURED');
      const { receipt } = await run<{ receipt: unknown }>(buyer, 'PaymentReceipt', payment);
      expect(receipt).toMatchObject({ tenders: [{ isBuyerCredit: false }], refunds: [] });
    });

    test('PaymentMethodSetup, PaymentMethodSave, Wallet, PaymentMethodRemove', async () => {
      const { setup } = await run<{ setup: { id: string } }>(buyer, 'PaymentMethodSetup', {
        idempotencyKey: 'set up',
      });
      const { paymentMethod } = await run<{ paymentMethod: { id: string } }>(
        buyer,
        'PaymentMethodSave',
        { setupId: setup.id, idempotencyKey: 'save' },
      );
      const { account } = await run<{ account: unknown }>(buyer, 'Wallet');
      expect(account).toMatchObject({
        paymentMethods: { nodes: [{ id: paymentMethod.id }] },
        buyerCredit: { balance: { amount: '0.00' } },
      });
      await run(buyer, 'PaymentMethodRemove', {
        paymentMethodId: paymentMethod.id,
        idempotencyKey: 'remove',
      });
    });

    test('OrderPage and OrderLive, over all four subgraphs', async () => {
      const id = group.orders[0]?.id ?? '';
      const order = await eventually('the order page to be whole', async () => {
        const seen = await run<{
          status: string;
          escrow: { state: string } | null;
          fulfillmentOrders?: unknown[] | null;
          seller: { merchant: unknown };
        }>(buyer, 'OrderPage', { id });
        return seen.status === 'CONFIRMED' && seen.escrow !== null ? seen : undefined;
      });
      expect(order).toMatchObject({ escrow: { state: 'HELD' } });
      expect(order.seller.merchant).not.toBeNull();
      const followed = live(buyer, 'OrderLive', { id });
      await followed.until(({ kind }) => kind === 'SNAPSHOT');
      followed.stop();
    });

    test('the seller’s side: packing, money and its live fields', async () => {
      const id = group.orders[0]?.id ?? '';
      const seller = await journey.as('seller');
      const { viewer } = await seller.ask<{ viewer: { sellers: { id: string }[] } }>(
        '{ viewer { sellers { id } } }',
      );
      const sellerId = viewer.sellers[0]?.id ?? '';
      const { order } = await seller.ask<{
        order: { escrow: { id: string }; fulfillmentOrders: { id: string }[] };
      }>('query ($id: ID!) { order(id: $id) { escrow { id } fulfillmentOrders { id } } }', { id });
      const { shipment } = await run<{ shipment: { id: string } }>(seller, 'ShipmentCreate', {
        fulfillmentOrderId: order.fulfillmentOrders[0]?.id,
        idempotencyKey: 'pack',
      });
      await run(seller, 'ShipmentLabelBuy', { shipmentId: shipment.id, idempotencyKey: 'label' });
      const balance = live(seller, 'BalanceLive', { sellerId });
      const escrow = live(buyer, 'EscrowLive', { id: order.escrow.id });
      const parcel = live(buyer, 'ShipmentLive', { id: shipment.id });
      const strange = live(buyer, 'BalanceLive', { sellerId });
      for (const one of [balance, escrow, parcel])
        await one.until(({ kind }) => kind === 'SNAPSHOT');
      await strange.refused();
      const part = { minorUnits: '100', currencyCode: 'EUR' };
      const refund = { orderId: id, amount: part, reason: 'a scratch', idempotencyKey: 'refund' };
      const foreseen = await run(seller, 'RefundPreview', { orderId: id, amount: part });
      expect(foreseen).toMatchObject({ preview: { amount: { amount: '1.00' } } });
      await run(seller, 'RefundCreate', refund);
      await escrow.until(({ eventType }) => eventType === 'refund.succeeded');
      const trackingNumber = await eventually('the label', async () => {
        const { shipment: seen } = await seller.ask<{
          shipment: { parcels: { trackingNumber: string | null }[] };
        }>('query ($id: ID!) { shipment(id: $id) { parcels { trackingNumber } } }', shipment);
        return seen.parcels[0]?.trackingNumber ?? undefined;
      });
      await new CarrierControl(journey.system.carrierUrl).run(trackingNumber, 'DELIVERED');
      await parcel.until(({ eventType }) => eventType === 'shipment.delivered');
      await eventually('the order to be delivered', async () => {
        const { order: seen } = await buyer.ask<{ order: { fulfillmentStatus: string } }>(
          'query ($id: ID!) { order(id: $id) { fulfillmentStatus } }',
          { id },
        );
        return seen.fulfillmentStatus === 'DELIVERED' || undefined;
      });
      await run(seller, 'EscrowReleasePreview', { orderId: id });
      await run(buyer, 'ReceiptConfirm', { orderId: id, idempotencyKey: 'receipt' });
      await escrow.until(({ eventType }) => eventType === 'escrow.released');
      await balance.until(({ eventType }) => eventType === 'escrow.released');
      const money = await run<{ onHold: { amount: string }; nextAvailableAt: string | null }>(
        seller,
        'SellerBalance',
        { sellerId },
      );
      expect(Number(money.onHold.amount)).toBeGreaterThan(0);
      expect(money.nextAvailableAt).not.toBeNull();
      for (const one of [balance, escrow, parcel, strange]) one.stop();
    });

    test('PayoutPreview, AdsWalletTopUp, AdvanceRepayment: a seller whose money still waits', async () => {
      const seller = await journey.as('seller');
      const { viewer } = await seller.ask<{ viewer: { sellers: { id: string }[] } }>(
        '{ viewer { sellers { id } } }',
      );
      const sellerId = viewer.sellers[0]?.id;
      expect(await refusedWith(seller, 'PayoutPreview', { sellerId })).toEqual([
        'PAYOUT_ACCOUNT_UNVERIFIED',
      ]);
      const wallet = { sellerId, amount: money(), idempotencyKey: 'ads' };
      expect(await refusedWith(seller, 'AdsWalletTopUp', wallet)).toEqual(['BALANCE_INSUFFICIENT']);
      const { nodes } = await run<{ nodes: unknown[] }>(seller, 'AdvanceRepayment', { sellerId });
      expect(nodes.length).toBeGreaterThan(0);
    });

    test('RiskReviewQueue, RiskReviewDecide, milestones: nothing waits here', async () => {
      const operator = await journey.as('operator');
      const { nodes } = await run<{ nodes: unknown[] }>(operator, 'RiskReviewQueue');
      expect(nodes).toEqual([]);
      const unknown = { reviewId: 'rsk_none', approve: true, note: 'seen', idempotencyKey: 'risk' };
      expect(await refusedWith(operator, 'RiskReviewDecide', unknown)).toEqual(['NOT_FOUND']);
      const step = { trancheId: 'trn_none', reason: 'not yet', idempotencyKey: 'step' };
      for (const name of ['EscrowMilestoneSubmit', 'EscrowMilestoneChangesRequest'])
        expect(await refusedWith(buyer, name, step)).toEqual(['NOT_FOUND']);
    });

    test('BusinessCalendarSet: an operator says when nobody works', async () => {
      const operator = await journey.as('operator');
      const days = { country: 'DE', holidays: ['2026-12-25', '2026-12-26'] };
      const { calendar } = await run<{ calendar: unknown }>(operator, 'BusinessCalendarSet', {
        ...{ ...days, idempotencyKey: 'days' },
      });
      expect(calendar).toMatchObject({ ...days, weekend: ['SUNDAY', 'SATURDAY'] });
    });

    test('DisputeOpen, DisputeLive, DisputeEvidenceAdd, DisputeAccept: a complaint after the release', async () => {
      const seller = await journey.as('seller');
      const { dispute } = await run<{ dispute: { id: string; proposalVersion: number } }>(
        buyer,
        'DisputeOpen',
        {
          orderId: group.orders[0]?.id,
          amount: { minorUnits: '200', currencyCode: 'EUR' },
          kind: 'REFUND_ONLY',
          reason: 'DAMAGED',
          text: 'One pen does not write.',
          idempotencyKey: 'complaint',
        },
      );
      const followed = live(buyer, 'DisputeLive', { id: dispute.id });
      await followed.until(({ kind }) => kind === 'SNAPSHOT');
      await run(buyer, 'DisputeEvidenceAdd', {
        disputeId: dispute.id,
        field: 'OTHER',
        text: 'It was bent when it came.',
        idempotencyKey: 'bent',
      });
      const agreed = await run<{ dispute: { state: string } }>(seller, 'DisputeAccept', {
        disputeId: dispute.id,
        proposalVersion: dispute.proposalVersion,
        idempotencyKey: 'agreed',
      });
      expect(agreed.dispute.state).toBe('RESOLVED');
      await followed.until(({ eventType }) => eventType === 'dispute.closed');
      followed.stop();
    });

    test('StepUp, PasswordChange and SignOutEverywhere: tokens from before are refused within seconds', async () => {
      const currentPassword = 'first-password-of-lea';
      const { account, accessToken } = await journey.graph.mutate<{
        account: { id: string };
        accessToken: string;
      }>('accountSignUp', 'account { id } accessToken', {
        email: 'lea@example.test',
        password: currentPassword,
        displayName: 'Lea',
      });
      const first = journey.graph.as(accessToken);
      const refused = (client: GraphClient): Promise<boolean> =>
        eventually('the token to be refused', async () => {
          const { errors = [] } = await client.send('{ viewer { account { id } } }');
          return (
            errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') || undefined
          );
        });
      const stepped = await run<{ accessToken: string }>(first, 'StepUp', {
        password: currentPassword,
      });
      const known = await journey.graph
        .as(stepped.accessToken)
        .ask('{ viewer { account { id } } }');
      expect(known).toEqual({ viewer: { account } });
      const changed = await run<{ accessToken: string }>(first, 'PasswordChange', {
        currentPassword,
        newPassword: 'second-password-of-lea',
      });
      await refused(first);
      const second = journey.graph.as(changed.accessToken);
      expect(await second.ask('{ viewer { account { id } } }')).toEqual({ viewer: { account } });
      await run(second, 'SignOutEverywhere', { accountId: account.id });
      await refused(second);
    });

    for (const chapter of CHAPTERS) describe(chapter.name, () => chapter(story));

    test('none was left out', () => {
      expect(examples.leftOut).toEqual([]);
    });
  });
