import { z } from 'zod';
import type { FileReply, LineKind, PspBalances, PspLine, PspObject, PspReply } from './psp.port';

/** Answers that say nothing about the act: our key, too slow, conflict, too early, too many. */
const NOT_A_NO = new Set([401, 403, 408, 409, 425, 429]);

const LINES: Readonly<Record<string, LineKind>> = {
  capture: 'CAPTURE',
  refund: 'REFUND',
  refund_failed: 'REFUND_FAILED',
  payout: 'PAYOUT',
  payout_failed: 'PAYOUT_BACK',
  payout_returned: 'PAYOUT_BACK',
  payout_canceled: 'PAYOUT_BACK',
  dispute: 'DISPUTE',
  dispute_won: 'DISPUTE_WON',
  dispute_fee: 'FEE',
};

const amount = z.string().regex(/^-?\d{1,19}$/);
const objectShape = z.object({
  id: z.string(),
  object: z.enum(['payment', 'refund', 'payout', 'method', 'dispute']),
  status: z.string(),
  amountMinor: amount.default('0'),
  currency: z.string().default(''),
  capturedMinor: amount.optional(),
  reference: z.string(),
  declineCode: z.string().optional(),
  actionUrl: z.string().optional(),
});
/** What is no country is none: a card counts without it. */
const country = z.string().length(2).optional().catch(undefined);
const cardShape = z.object({ brand: z.string(), last4: z.string(), country });
const methodShape = z.object({
  brand: z.string(),
  last4: z.string(),
  expMonth: z.number(),
  expYear: z.number(),
  fingerprint: z.string(),
  country,
});
const disputeShape = z.object({
  paymentId: z.string(),
  reason: z.string(),
  dueAt: z.coerce.date(),
  feeMinor: amount,
});
const settlementShape = z.object({
  lines: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      reference: z.string(),
      objectId: z.string(),
      currency: z.string(),
      grossMinor: amount,
      feeMinor: amount,
      occurredAt: z.coerce.date(),
    }),
  ),
  transfers: z.array(
    z.object({
      id: z.string(),
      currency: z.string(),
      amountMinor: amount,
      bankReference: z.string(),
      occurredAt: z.coerce.date(),
    }),
  ),
});
const fileShape = z.object({ id: z.string(), object: z.literal('file') });
const errorShape = z.object({ error: z.object({ code: z.string() }) });
const balanceShape = z.object({
  balances: z.array(z.object({ currency: z.string(), availableMinor: amount })),
});

/** What the PSP owes us; it can move all of it. */
export function readBalances(text: string): PspBalances | undefined {
  const parsed = balanceShape.safeParse(json(text));
  if (!parsed.success) return undefined;
  const { balances } = parsed.data;
  const total = new Map(
    balances.map(({ currency, availableMinor }) => [currency, BigInt(availableMinor)]),
  );
  return { movable: total, total };
}

/** Reported movements and what was sent to our bank. */
export function readSettlement(text: string): readonly PspLine[] | undefined {
  const parsed = settlementShape.safeParse(json(text));
  if (!parsed.success) return undefined;
  const { lines, transfers } = parsed.data;
  return [
    ...lines.map(({ kind, objectId: pspId, grossMinor, feeMinor, ...line }): PspLine => ({
      ...line,
      pspId,
      kind: LINES[kind] ?? 'OTHER',
      grossMinor: BigInt(grossMinor),
      feeMinor: BigInt(feeMinor),
    })),
    ...transfers.map(({ id, bankReference: reference, amountMinor, ...sent }): PspLine => ({
      ...sent,
      ...{ id, reference, pspId: id, kind: 'BANK_TRANSFER', feeMinor: 0n },
      grossMinor: -BigInt(amountMinor),
    })),
  ];
}

/** An answer as an object, a refusal, or as lost when it says nothing. */
export function readObject({ status, text }: { status: number; text: string }): PspReply {
  if (status >= 200 && status < 300) {
    const found = toObject(json(text));
    return found === undefined
      ? { kind: 'LOST', reason: 'unreadable answer' }
      : { kind: 'OBJECT', object: found };
  }
  const refused = errorShape.safeParse(json(text));
  if (status >= 400 && status < 500 && !NOT_A_NO.has(status) && refused.success) {
    return { kind: 'REFUSED', code: refused.data.error.code };
  }
  return { kind: 'LOST', reason: status === 0 ? text : `status ${status}` };
}

/** Without the country where none was told. */
const withCountry = <T extends { country?: string | undefined }>({
  country: told,
  ...card
}: T) => ({
  ...card,
  ...(told !== undefined && { country: told }),
});

/** An answer as the id of a kept file, or what else it says. */
export function readFile(answer: { status: number; text: string }): FileReply {
  const { status, text } = answer;
  const kept = status >= 200 && status < 300 ? fileShape.safeParse(json(text)).data : undefined;
  if (kept !== undefined) return { kind: 'FILE', id: kept.id };
  const reply = readObject(answer);
  return reply.kind === 'REFUSED' || reply.kind === 'LOST'
    ? reply
    : { kind: 'LOST', reason: 'unreadable answer' };
}

function toObject(answer: unknown): PspObject | undefined {
  const parsed = objectShape.safeParse(answer);
  if (!parsed.success) return undefined;
  const found = parsed.data;
  const method = found.object === 'method' ? methodShape.safeParse(answer).data : undefined;
  const card = found.object === 'payment' ? cardShape.safeParse(answer).data : undefined;
  const dispute = found.object === 'dispute' ? disputeShape.safeParse(answer).data : undefined;
  return {
    ...found,
    amountMinor: BigInt(found.amountMinor),
    capturedMinor: BigInt(found.capturedMinor ?? '0'),
    declineCode: found.declineCode ?? null,
    actionUrl: found.actionUrl ?? null,
    ...(method === undefined ? {} : { method: withCountry(method) }),
    ...(card === undefined ? {} : { card: withCountry(card) }),
    ...(dispute === undefined
      ? {}
      : {
          dispute: {
            pspPaymentId: dispute.paymentId,
            reason: dispute.reason,
            dueAt: dispute.dueAt,
            feeMinor: BigInt(dispute.feeMinor),
          },
        }),
  };
}

/** Parsed JSON, or undefined. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
