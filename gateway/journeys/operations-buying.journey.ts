import type { Placed, Story } from './story';

interface CartSeen {
  readonly cart: {
    readonly lines: readonly { readonly id: string; readonly quantity: number }[];
  };
}

interface HeldSeen {
  readonly escrow: { readonly tranches: readonly { readonly nextDeadline: string }[] };
}

/** A buyer changes their mind a few times, then buys, waits, and is content. */
export function aBuyerBuys(story: Story): void {
  const { run, refused } = story.examples;
  let kept: Placed;

  test('AccountSignUp, CartLinesAdd, CartLinesUpdate, CartLinesRemove, CheckoutCancel', async () => {
    const buyer = story.keep('buyer', await story.signUp('Ben'));
    const { offerId } = story.shop;
    const { cart } = await run<{
      cart: { id: string; groups: { lines: { id: string }[] }[] };
    }>(buyer, 'CartCreate', { offerId, quantity: 1 });
    const mugs = cart.groups[0]?.lines[0]?.id ?? '';
    const pen = await run<{ offers: { nodes: { id: string }[] } }>(buyer, 'ProductPage', {
      handle: 'steel-pen',
    });
    const change = async (name: string, input: object): Promise<CartSeen['cart']['lines']> =>
      (await run<CartSeen>(buyer, name, { cartId: cart.id, ...input })).cart.lines;
    const both = await change('CartLinesAdd', {
      lines: [{ offerId: pen.offers.nodes[0]?.id, quantity: 1 }],
    });
    expect(both).toHaveLength(2);
    const more = await change('CartLinesUpdate', { lines: [{ lineId: mugs, quantity: 3 }] });
    expect(more).toContainEqual(expect.objectContaining({ id: mugs, quantity: 3 }));
    const lineIds = both.map(({ id }) => id).filter((id) => id !== mugs);
    expect(await change('CartLinesRemove', { lineIds })).toEqual([{ id: mugs, quantity: 3 }]);
    const { id: checkoutId } = await story.checkout(cart.id);
    const { checkout } = await run<{ checkout: object }>(buyer, 'CheckoutCancel', { checkoutId });
    expect(checkout).toEqual({ id: checkoutId, state: 'CANCELLED' });
  });

  test('OrderCancel: before it is paid', async () => {
    const { id: orderId } = await story.place();
    const why = { orderId, reason: 'One is enough', ...story.key() };
    const { order } = await run<{ order: object }>(story.buyer, 'OrderCancel', why);
    expect(order).toMatchObject({ id: orderId, status: 'CANCELLED' });
  });

  test('PaymentConfirm: the bank asks the buyer first', async () => {
    kept = await story.place(2);
    const { id: paymentId, status, actionUrl } = await story.pay(kept, 'tok_3ds');
    expect(status).toBe('REQUIRES_ACTION');
    await fetch(actionUrl ?? '', { method: 'POST', body: JSON.stringify({ outcome: 'success' }) });
    const { payment } = await run<{ payment: object }>(story.buyer, 'PaymentConfirm', {
      paymentId,
      ...story.key(),
    });
    expect(payment).toMatchObject({ id: paymentId, status: 'CAPTURED' });
  });

  test('FulfillmentOrderAccept: two orders are packed and arrive', async () => {
    const broken = story.keep('brokenOrder', await story.placeAndPay());
    await Promise.all([story.deliver(kept), story.deliver(broken)]);
  });

  test('EscrowInspectionExtend, EscrowHoldPlace, EscrowHoldLift, EscrowReleaseConfirm', async () => {
    const { escrow } = await story.page(kept, 'the money', () => true);
    const tranche = escrow?.tranches[0];
    const trancheId = tranche?.id;
    const longer = await run<HeldSeen>(story.buyer, 'EscrowInspectionExtend', {
      trancheId,
      ...story.key(),
    });
    const until = longer.escrow.tranches[0]?.nextDeadline ?? '';
    expect(Date.parse(until)).toBeGreaterThan(Date.parse(tranche?.nextDeadline ?? ''));
    const again = { trancheId, ...story.key() };
    expect(await refused(story.buyer, 'EscrowInspectionExtend', again)).toEqual([
      'EXTENSION_EXHAUSTED',
    ]);
    const operator = await story.operator();
    const { hold } = await run<{ hold: { id: string } }>(operator, 'EscrowHoldPlace', {
      trancheId,
      cause: 'LEGAL',
      reason: 'A court asks about the seller.',
      ...story.key(),
    });
    const received = { orderId: kept.id, ...story.key() };
    expect(await refused(story.buyer, 'EscrowReleaseConfirm', received)).toEqual([
      'TRANCHE_FROZEN',
    ]);
    const lifted = await run<{ hold: { liftedAt: string | null } }>(operator, 'EscrowHoldLift', {
      holdId: hold.id,
      ...story.key(),
    });
    expect(lifted.hold.liftedAt).not.toBeNull();
    const released = await run<HeldSeen>(story.buyer, 'EscrowReleaseConfirm', received);
    expect(released.escrow).toMatchObject({
      state: 'RELEASED',
      released: { amount: kept.total.amount },
    });
  });

  test('ReviewCreate: the buyer’s word', async () => {
    const { lines } = await story.page(kept, 'the order', () => true);
    const words = { orderLineId: lines[0]?.id, stars: 5, title: 'Two fine mugs' };
    const { review } = await run<{ review: object }>(story.buyer, 'ReviewCreate', words);
    expect(review).toMatchObject({ stars: 5, title: 'Two fine mugs' });
    expect(await refused(story.buyer, 'ReviewCreate', words)).toEqual(['ALREADY_REVIEWED']);
  });
}
