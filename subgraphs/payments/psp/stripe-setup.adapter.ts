import type Stripe from 'stripe';
import { CLOCKS_APART_MS, PAGE, readMethod, readSetup } from './stripe-reading.adapter';
import type { DetachRequestToPsp, PspObject } from './psp.port';

/**
 * Forgets a means of payment. Of a setup that nobody finished it is what came of it; one that still waits for its payer is
 * cancelled. Undefined: Stripe never had it.
 */
export async function forget(
  stripe: Stripe,
  id: string,
  act: DetachRequestToPsp,
): Promise<PspObject | undefined> {
  const setup = await setupOf(stripe, act);
  if (setup === undefined && 'setupId' in act) return undefined;
  const method = setup === undefined ? methodIn(act) : made(setup);
  if (method !== undefined) {
    const key = { idempotencyKey: id };
    return readMethod(await stripe.paymentMethods.detach(method, {}, key));
  }
  if (setup === undefined || setup.status === 'canceled') return setup && readSetup(setup);
  const key = { idempotencyKey: `${id}:cancel` };
  return readSetup(await stripe.setupIntents.cancel(setup.id, {}, key));
}

const methodIn = (act: DetachRequestToPsp): string | undefined =>
  'pspMethodId' in act ? act.pspMethodId : undefined;

async function setupOf(
  { setupIntents }: Stripe,
  act: DetachRequestToPsp,
): Promise<Stripe.SetupIntent | undefined> {
  if ('pspMethodId' in act) {
    const { pspMethodId } = act;
    return pspMethodId.startsWith('seti_') ? setupIntents.retrieve(pspMethodId) : undefined;
  }
  const gte = Math.floor((Date.parse(act.since) - CLOCKS_APART_MS) / 1000);
  for await (const one of setupIntents.list({ created: { gte }, limit: PAGE })) {
    if (one.metadata?.['operation'] === act.setupId) return one;
  }
  return undefined;
}

/** The means of payment that a finished setup made. */
function made({ status, payment_method: method }: Stripe.SetupIntent): string | undefined {
  if (status !== 'succeeded' || method === null) return undefined;
  return typeof method === 'string' ? method : method.id;
}
