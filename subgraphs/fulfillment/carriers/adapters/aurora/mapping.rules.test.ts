import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { CarrierError } from '../../carrier.port';
import { verifyWebhook } from '../../standard-webhook.adapter';
import { decode } from './decode.adapter';
import { mapStatus } from './mapping.rules';

const fixture = (name: string): Buffer => readFileSync(join(__dirname, 'fixtures', name));

test('every status in our words', () => {
  const statuses = ['PU', 'AR', 'DP', 'OD', 'DL', 'AT', 'AP', 'CO', 'EX', 'LS', '??', 'toString'];
  expect(
    statuses.map((status) => {
      const { eventCode, reason } = mapStatus('tracking.event', status);
      return `${status} ${eventCode} ${reason ?? '-'}`;
    }),
  ).toEqual([
    'PU PICKED_UP -',
    'AR ARRIVED -',
    'DP DEPARTED -',
    'OD OUT_FOR_DELIVERY -',
    'DL DELIVERED -',
    'AT ATTEMPTED BUYER_ABSENT',
    'AP AVAILABLE_FOR_PICKUP -',
    'CO COLLECTED -',
    'EX DELAYED UNKNOWN_EXCEPTION',
    'LS LOST CARRIER_LOST',
    '?? UNMAPPED -',
    'toString UNMAPPED -',
  ]);
  expect(mapStatus('access.event', 'AR').eventCode).toBe('UNMAPPED');
});

test('a webhook, read', () => {
  expect(decode(fixture('delivered.webhook.json'), 'WEBHOOK')).toEqual([
    {
      eventId: '5b1b2a3e-1b6f-4c65-9d5f-0d4f8a1f2c11',
      revision: 2,
      sscc: '095212340000000017',
      trackingNumber: 'AUR000000000000017',
      statusType: 'tracking.event',
      rawCode: 'DL',
      rawText: 'Delivered',
      occurredAt: new Date('2026-01-31T13:30:00.123Z'),
      occurredLocal: '2026-01-31T10:30:00.123',
      utcOffset: '-03:00',
      tzSource: 'EXPLICIT',
      precision: 'SECOND',
      place: { city: 'São Paulo', region: 'SP', country: 'BR', postalCode: '01310-100' },
      voidsEventId: null,
    },
  ]);
});

test('a pulled list, read; what is missing is null and does not crash', () => {
  const events = decode(fixture('tracking.pull.json'), 'PULL');
  expect(
    events?.map(({ rawCode, sscc, rawText, utcOffset }) => [rawCode, sscc, rawText, utcOffset]),
  ).toEqual([
    ['PU', '095212340000000017', 'Picked up', '+00:00'],
    ['ZZ', null, null, '-03:00'],
  ]);
  expect(decode(Buffer.from('{"type":"quota.low","data":{}}'), 'WEBHOOK')).toBeUndefined();
});

test('10,000 mutated messages: read or CARRIER_BUG, nothing else', () => {
  const whole = fixture('delivered.webhook.json');
  const mutated = fc.oneof(
    fc.integer({ min: 0, max: whole.length - 1 }).map((n) => whole.subarray(0, n)),
    fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(whole);
      copy[at] = byte;
      return copy;
    }),
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(
      mutated,
      fc.constantFrom('WEBHOOK' as const, 'PULL' as const),
      (bytes, transport) => {
        try {
          for (const { occurredAt } of decode(bytes, transport) ?? []) {
            expect(Number.isNaN(occurredAt?.getTime())).toBe(false);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(CarrierError);
          expect((error as CarrierError).code).toBe('CARRIER_BUG');
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

describe('a webhook’s signature', () => {
  const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;
  const body = fixture('delivered.webhook.json');
  const sentAt = new Date('2026-01-31T13:30:00Z');
  const headers = (at = sentAt, by = secret) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
    'webhook-signature': new Webhook(by).sign('msg_1', at, body.toString()),
  });
  const later = (minutes: number): Date => new Date(sentAt.getTime() + minutes * 60_000);

  test('made by the Standard Webhooks library is accepted, also beside others', () => {
    expect(verifyWebhook(secret, body, headers(), sentAt)).toEqual({
      ok: true,
      externalId: 'msg_1',
    });
    const { 'webhook-signature': right, ...rest } = headers();
    const several = { ...rest, 'webhook-signature': `v1a,xyz v1,AAAA ${right}` };
    expect(verifyWebhook(secret, body, several, sentAt).ok).toBe(true);
  });

  test('is refused when anything is not as it was signed', () => {
    const other = `whsec_${Buffer.from('another secret, 24 bytes').toString('base64')}`;
    expect(verifyWebhook(secret, body, headers(sentAt, other), sentAt).ok).toBe(false);
    expect(
      verifyWebhook(secret, Buffer.concat([body, Buffer.from(' ')]), headers(), sentAt).ok,
    ).toBe(false);
    expect(verifyWebhook(secret, body, { ...headers(), 'webhook-id': 'msg_2' }, sentAt).ok).toBe(
      false,
    );
    expect(verifyWebhook(secret, body, {}, sentAt).ok).toBe(false);
    expect(verifyWebhook(secret, body, { ...headers(), 'webhook-signature': '' }, sentAt).ok).toBe(
      false,
    );
  });

  test('is refused when it is more than five minutes old, or ahead', () => {
    expect(verifyWebhook(secret, body, headers(), later(5)).ok).toBe(true);
    expect(verifyWebhook(secret, body, headers(), later(5.1)).ok).toBe(false);
    expect(verifyWebhook(secret, body, headers(), later(-5.1)).ok).toBe(false);
  });
});
