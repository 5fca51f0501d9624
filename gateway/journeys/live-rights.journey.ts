import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';

/** What is selected lies in three subgraphs; nothing of it depends on the single account. */
const ORDER =
  'id number status total { amount } escrow { id held { amount } } shipments { id milestone }';
const FIELDS = {
  order: ORDER,
  escrow: `id held { amount } order { ${ORDER} }`,
  shipment: `id milestone order { ${ORDER} }`,
} as const;
type Name = keyof typeof FIELDS;

const live = (name: Name): string => `subscription ($id: ID!, $after: Cursor) {
  ${name}Updated(id: $id, after: $after) { kind cursor eventType occurredAt ${name} { ${FIELDS[name]} } } }`;

type Outcome =
  { readonly message: LiveMessage & Record<string, unknown> } | { readonly problem: string };

/** The first thing that a follower gets: a message, or why not. */
async function first(
  client: GraphClient,
  name: Name,
  id: string,
  after?: string,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const following = follow({
    url: client.url,
    token: client.token,
    query: live(name),
    variables: { id, ...(after !== undefined && { after }) },
    onMessage: (message) => (outcome ??= { message }),
    onEnd: (problem) => (outcome ??= { problem: problem?.message ?? 'complete' }),
  });
  const got = await eventually('a message or a refusal', () => Promise.resolve(outcome));
  following.stop();
  return got;
}

export const liveRights = (house: House): void =>
  describe('live fields and who follows them', () => {
    let journey: Journey;
    let ids: Record<Name, string>;
    let people: Record<'buyer' | 'seller' | 'seller2' | 'operator' | 'nobody', GraphClient>;
    beforeAll(async () => {
      journey = house.journey;
      const [buyer, seller, seller2, operator] = await Promise.all([
        journey.as('buyer'),
        journey.as('seller'),
        journey.as('seller2'),
        journey.as('operator'),
      ]);
      people = { buyer, seller, seller2, operator, nobody: journey.graph };
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const placed = await trade.place('oak-desk-lamp', 1);
      await trade.goThrough(placed);
      ids = {
        order: placed.id,
        escrow: placed.ids.escrow ?? '',
        shipment: placed.ids.shipment ?? '',
      };
    });

    test.each(['order', 'escrow', 'shipment'] as const)(
      '%s: each party gets what its own query gives, everybody else gets nothing',
      async (name) => {
        const query = `query ($id: ID!) { ${name}(id: $id) { ${FIELDS[name]} } }`;
        let cursor: string | undefined;
        for (const who of ['buyer', 'seller', 'operator'] as const) {
          const got = await first(people[who], name, ids[name]);
          const own = await people[who].ask<Record<string, unknown>>(query, { id: ids[name] });
          if (!('message' in got)) throw new Error(`${who} is refused: ${got.problem}`);
          expect(got.message.kind).toBe('SNAPSHOT');
          expect([who, got.message[name]]).toEqual([who, own[name]]);
          expect(own[name]).toMatchObject({ id: ids[name] });
          cursor = got.message.cursor;
        }
        for (const [who, code] of [
          ['seller2', 'FORBIDDEN'],
          ['nobody', 'UNAUTHENTICATED'],
        ] as const) {
          for (const after of [undefined, cursor]) {
            const got = await first(people[who], name, ids[name], after);
            expect([who, 'problem' in got && got.problem.includes(code)]).toEqual([who, true]);
          }
        }
      },
    );
  });
