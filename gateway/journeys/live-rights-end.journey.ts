import { SignJWT, importJWK } from 'jose';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { loadSecrets } from '../../scripts/secrets';
import { type StreamKind, openStream } from '../testing/stream-follower';
import type { House, Journey } from './journey.system';

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status } } }`;
const WHO = '{ viewer { account { id } } }';
const STREAMS: readonly StreamKind[] = ['SSE', 'multipart'];
const PATIENCE_MS = 30_000;

/** Somebody who follows an order over one transport. */
interface Following {
  readonly over: string;
  readonly messages: () => number;
  /** Why it ended. */
  readonly end: () => Promise<string>;
}

export const liveRightsEnd = (house: House): void =>
  describe('rights that end while somebody follows', () => {
    let journey: Journey;
    let buyer: GraphClient;
    let seller: GraphClient;
    beforeAll(async () => {
      journey = house.journey;
      [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
    });
    const leaving: (() => void)[] = [];
    afterEach(() => {
      for (const leave of leaving.splice(0)) leave();
    });

    const port = (): number => Number(new URL(journey.system.url).port);
    const place = async (as: GraphClient): Promise<string> =>
      (
        await new Trade(as, seller, new CarrierControl(journey.system.carrierUrl)).place(
          'steel-pen',
          1,
        )
      ).id;

    function overSocket(token: string, id: string): Following {
      let messages = 0;
      let end: string | undefined;
      const live = follow({
        url: journey.system.url,
        token,
        query: LIVE,
        variables: { id },
        onMessage: () => (messages += 1),
        onEnd: (problem) => (end ??= problem?.message ?? 'complete'),
      });
      leaving.push(live.stop);
      return {
        over: 'socket',
        messages: () => messages,
        end: () => eventually('the end over a socket', () => Promise.resolve(end)),
      };
    }

    async function overStream(kind: StreamKind, token: string, id: string): Promise<Following> {
      const reader = await openStream({ kind, token, document: LIVE, variables: { id } }, port());
      leaving.push(() => {
        reader.leave();
      });
      const end = async (): Promise<string> => {
        await reader.ending(PATIENCE_MS);
        return (await reader.codes()).join();
      };
      const messages = (): number =>
        reader.messages.filter(({ data }) => data?.['orderUpdated'] != null).length;
      return { over: kind, messages, end };
    }

    /** Follows over every transport; resolves once each has its snapshot. */
    async function followAll(token: string, id: string): Promise<Following[]> {
      const streams = await Promise.all(STREAMS.map((kind) => overStream(kind, token, id)));
      const all = [overSocket(token, id), ...streams];
      await eventually('the snapshots', () =>
        Promise.resolve(all.every(({ messages }) => messages() === 1) || undefined),
      );
      return all;
    }

    /** Codes of the refusal of a credential, at once, over all ways in. */
    async function refusals(token: string, id: string): Promise<string[]> {
      const { errors = [] } = await journey.graph.as(token).send(WHO);
      const plain = errors.map(({ extensions }) => extensions?.code).join();
      const streams = STREAMS.map(async (kind) => (await overStream(kind, token, id)).end());
      return [plain, ...(await Promise.all(streams))];
    }

    const NOBODY = ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED'];

    test('a token that runs out ends SSE and multipart with UNAUTHENTICATED, and not before', async () => {
      const id = await place(buyer);
      const { viewer } = await buyer.ask<{ viewer: { account: { id: string } } }>(WHO);
      const { marketplaceKey } = loadSecrets({
        env: {},
        dataDir: journey.system.dataDir,
        role: 'marketplace',
        production: false,
      });
      const lastsMs = 5_000;
      const endsAt = Math.floor((Date.now() + lastsMs) / 1_000) * 1_000;
      const token = await new SignJWT({ roles: [], scope: '*', permVersion: 1 })
        .setProtectedHeader({ alg: 'EdDSA', kid: marketplaceKey.kid ?? '' })
        .setIssuer('marketplace')
        .setAudience('tradegraph')
        .setSubject(viewer.account.id)
        .setExpirationTime(endsAt / 1_000)
        .sign(await importJWK(marketplaceKey, 'EdDSA'));
      const streams = await Promise.all(STREAMS.map((kind) => overStream(kind, token, id)));
      for (const stream of streams) {
        expect([stream.over, await stream.end()]).toEqual([stream.over, 'UNAUTHENTICATED']);
        expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
        expect([stream.over, stream.messages()]).toEqual([stream.over, 1]);
      }
      expect(await refusals(token, id)).toEqual(NOBODY);
    });

    test('a revoked key ends what was followed with it; who had it is nobody now', async () => {
      const id = await place(buyer);
      const { viewer } = await seller.ask<{
        viewer: { sellers: readonly { merchant: { id: string } }[] };
      }>('{ viewer { sellers { merchant { id } } } }');
      const { apiKey, secret } = await seller.mutate<{ apiKey: { id: string }; secret: string }>(
        'apiKeyCreate',
        'apiKey { id } secret',
        {
          merchantId: viewer.sellers[0]?.merchant.id,
          name: 'Warehouse',
          scopes: ['orders:read'],
          idempotencyKey: `warehouse ${house.stage}`,
        },
      );
      const [keyed, own] = [await followAll(secret, id), overSocket(seller.token ?? '', id)];
      await seller.mutate('apiKeyRevoke', 'apiKey { id }', { keyId: apiKey.id });
      for (const { over, end, messages } of keyed) {
        expect([over, await end()]).toEqual([
          over,
          expect.stringContaining('SUBSCRIPTION_REVOKED'),
        ]);
        expect([over, messages()]).toEqual([over, 1]);
      }
      expect(await refusals(secret, id)).toEqual(NOBODY);
      await eventually('the member’s own stream to go on', () =>
        Promise.resolve(own.messages() > 0 || undefined),
      );
    });

    test('an account that is signed out everywhere follows nothing, also after a restart', async () => {
      const password = 'a password of mallory';
      const credentials = { email: 'mallory@example.test', password };
      const { account, accessToken } = await journey.graph.mutate<{
        account: { id: string };
        accessToken: string;
      }>('accountSignUp', 'account { id } accessToken', { ...credentials, displayName: 'Mal' });
      const id = await place(journey.graph.as(accessToken));
      const following = await followAll(accessToken, id);
      const operator = await journey.as('operator');
      await operator.mutate('accountSignOutEverywhere', 'account { id }', {
        accountId: account.id,
      });
      for (const { over, end, messages } of following) {
        expect([over, await end()]).toEqual([
          over,
          expect.stringContaining('SUBSCRIPTION_REVOKED'),
        ]);
        expect([over, messages()]).toEqual([over, 1]);
      }
      expect(await refusals(accessToken, id)).toEqual(NOBODY);

      const { system } = journey;
      if (house.stage === 'embedded') {
        await system.kill();
        await system.restart();
      } else {
        await system.killRole('gateway');
        await system.startRole('gateway');
      }
      expect(await refusals(accessToken, id)).toEqual(NOBODY);
      const again = await journey.graph.mutate<{ accessToken: string }>(
        'accountSignIn',
        'accessToken',
        credentials,
      );
      expect(await journey.graph.as(again.accessToken).ask(WHO)).toEqual({ viewer: { account } });
      await followAll(again.accessToken, id);
    });
  });
