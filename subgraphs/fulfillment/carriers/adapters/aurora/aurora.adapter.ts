import { Agent, type Dispatcher, request } from 'undici';
import { z } from 'zod';
import {
  type Booking,
  type BookingRequest,
  CarrierError,
  type CarrierErrorCode,
  type CarrierPort,
} from '../../carrier.port';
import { verifyWebhook } from '../../standard-webhook.adapter';
import { decode } from './decode.adapter';
import { MAPPING_VERSION, mapStatus } from './mapping.rules';

export interface AuroraOptions {
  readonly url: string;
  readonly apiKey: string;
  /** `whsec_…` that signs its webhooks. */
  readonly webhookSecret: string;
  /** How long one call may take in all; default 10 s. */
  readonly deadlineMs?: number;
}

interface Answer {
  readonly status: number;
  readonly mime: string;
  readonly retryAfterMs: number | null;
  readonly bytes: Buffer;
}

const shipment = z.object({
  id: z.string().min(1),
  clientRef: z.string(),
  chargeMinor: z.string().regex(/^\d{1,18}$/),
  currency: z.string().length(3),
  parcels: z.array(z.object({ sscc: z.string(), trackingNumber: z.string().min(1) })),
  label: z.object({ url: z.string().startsWith('/') }),
});
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string().nullish() }) });

const REFUSALS: Readonly<Record<string, CarrierErrorCode>> = {
  NOT_SERVICEABLE: 'NOT_SERVICEABLE',
  ADDRESS_INVALID: 'ADDRESS_REJECTED',
};
/** Failures before anything was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const MAX_BODY = 8 * 1024 * 1024;

/** Aurora: JSON over HTTP, bookings deduped by `clientRef`, events by signed webhooks. */
export function auroraCarrier(options: AuroraOptions): CarrierPort {
  const client = new AuroraClient(options);
  return {
    book: async (booking) => bookingOf(await client.book(booking), booking.clientRef, 'AMBIGUOUS'),
    findByRef: async (clientRef) => {
      const answer = await client.read(`/api/shipments?clientRef=${encodeURIComponent(clientRef)}`);
      if (answer.status === 404) return undefined;
      return bookingOf(expectOk(answer), clientRef, 'CARRIER_BUG');
    },
    void: async (carrierRef) => {
      const path = `/api/shipments/${encodeURIComponent(carrierRef)}/void`;
      const answer = await client.write(path, {}, `void-${carrierRef}`);
      if (answer.status === 409 && codeOf(answer) === 'VOID_WINDOW_CLOSED') return 'REFUSED';
      expectOk(answer);
      return 'VOIDED';
    },
    document: async (path) => {
      const { mime, bytes } = expectOk(await client.read(path));
      return { mime, bytes };
    },
    pull: async (trackingNumber) =>
      expectOk(await client.read(`/api/tracking/${encodeURIComponent(trackingNumber)}`)).bytes,
    receive: (bytes, headers, now) => verifyWebhook(options.webhookSecret, bytes, headers, now),
    decode,
    map: ({ statusType, rawCode }) => mapStatus(statusType, rawCode),
    mappingVersion: MAPPING_VERSION,
  };
}

class AuroraClient {
  private readonly agent = new Agent({ connections: 8, keepAliveTimeout: 4_000 });

  constructor(private readonly options: AuroraOptions) {}

  async book({ from, to, ...rest }: BookingRequest): Promise<Answer> {
    const body = {
      ...rest,
      from: { ...from, region: from.region ?? '' },
      to: { ...to, region: to.region ?? '' },
    };
    return expectOk(await this.write('/api/shipments', body, rest.clientRef));
  }

  read(path: string): Promise<Answer> {
    return this.send(path, { method: 'GET' }, 'TRANSIENT');
  }

  write(path: string, body: object, key: string): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(body) }, 'AMBIGUOUS');
  }

  private async send(
    path: string,
    {
      headers,
      ...call
    }: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
    broken: 'TRANSIENT' | 'AMBIGUOUS',
  ): Promise<Answer> {
    try {
      const response = await request(new URL(path, this.options.url), {
        ...call,
        headers: { ...headers, authorization: `Bearer ${this.options.apiKey}` },
        dispatcher: this.agent,
        signal: AbortSignal.timeout(this.options.deadlineMs ?? 10_000),
      });
      return await answerOf(response);
    } catch (error) {
      if (error instanceof CarrierError) throw error;
      const { code, message } = error as { code?: string; message?: string };
      const unsent = code !== undefined && UNSENT.has(code);
      throw new CarrierError(unsent ? 'TRANSIENT' : broken, message ?? 'the call failed');
    }
  }
}

async function answerOf(response: Dispatcher.ResponseData): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new CarrierError('CARRIER_BUG', 'the answer is too large');
    chunks.push(chunk);
  }
  const seconds = Number(response.headers['retry-after']);
  return {
    status: response.statusCode,
    mime: String(response.headers['content-type'] ?? 'application/octet-stream'),
    retryAfterMs: seconds > 0 && seconds < 86_400 ? seconds * 1000 : null,
    bytes: Buffer.concat(chunks),
  };
}

/** The answer when it is a success; else the error that it stands for. */
function expectOk(answer: Answer): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const code = codeOf(answer);
  const text = `${status} ${code}`;
  if (status === 401 || status === 403) throw new CarrierError('AUTH', text);
  if (status === 429) throw new CarrierError('RATE_LIMITED', text, answer.retryAfterMs);
  // A conflict over our own key says nothing about what the first call did.
  if (status >= 500 || status === 408 || status === 409) throw new CarrierError('AMBIGUOUS', text);
  throw new CarrierError(REFUSALS[code] ?? 'INVALID_REQUEST', text);
}

const codeOf = (answer: Answer): string => refusal.safeParse(json(answer)).data?.error.code ?? '';

function json({ bytes }: Answer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** A success that does not hold what it must leaves the booking in doubt. */
function bookingOf(answer: Answer, clientRef: string, otherwise: CarrierErrorCode): Booking {
  const { data } = shipment.safeParse(json(answer));
  if (data?.clientRef !== clientRef) throw new CarrierError(otherwise, 'not a shipment of ours');
  return {
    carrierRef: data.id,
    chargeMinor: BigInt(data.chargeMinor),
    currency: data.currency,
    trackingNumbers: data.parcels,
    documentPath: data.label.url,
  };
}
