import type Stripe from 'stripe';
import type { DisputeAnswer, EvidenceFile, FileReply, PspObject } from './psp.port';
import { readDispute, readError } from './stripe-reading.adapter';

/** Keeps a file of evidence at Stripe, once for a key; an answer names it by its id. */
export async function keepFile(
  stripe: Stripe,
  key: string,
  { name, contentType: type, content: data }: EvidenceFile,
): Promise<FileReply> {
  const params = { purpose: 'dispute_evidence', file: { data, name, type } } as const;
  try {
    const { id } = await stripe.files.create(params, { idempotencyKey: key });
    return { kind: 'FILE', id };
  } catch (error) {
    const reply = readError(error);
    if (reply.kind === 'REFUSED' || reply.kind === 'LOST') return reply;
    return { kind: 'LOST', reason: 'unreadable answer' };
  }
}

/** Answers a dispute: accepts it, or submits evidence, which can be done once. */
export async function answerDispute(
  { disputes }: Stripe,
  id: string,
  act: DisputeAnswer,
): Promise<PspObject> {
  const key = { idempotencyKey: id };
  if (act.kind === 'ACCEPT_DISPUTE') {
    return readDispute(await disputes.close(act.pspDisputeId, {}, key));
  }
  const params = { evidence: act.fields, submit: true };
  return readDispute(await disputes.update(act.pspDisputeId, params, key));
}
