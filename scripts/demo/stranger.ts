import type { GraphClient } from '../client/graph.client';
import { follow } from '../client/live.client';
import type { PlacedTrade } from './trade';

const LIVE = [
  ['orderUpdated', 'order'],
  ['escrowUpdated', 'escrow'],
  ['shipmentUpdated', 'shipment'],
] as const;

/** Tries every door as somebody who is not a party; returns what was seen and must not be. */
export async function strangerSees(stranger: GraphClient, placed: PlacedTrade): Promise<string[]> {
  const leaks: string[] = [];
  const { escrow = '', shipment = '', payment = '' } = placed.ids;
  const { data } = await stranger.send<Record<string, unknown>>(
    `query ($order: ID!, $escrow: ID!, $shipment: ID!, $payment: ID!, $group: ID!) {
       order(id: $order) { id } escrow(id: $escrow) { id } shipment(id: $shipment) { id }
       payment(id: $payment) { id } orderGroup(id: $group) { id }
       nodes(ids: [$order, $escrow, $shipment, $payment]) { id ... on Escrow { state } ... on Order { status }
         ... on Shipment { milestone } ... on Payment { status } } }`,
    { order: placed.id, escrow, shipment, payment, group: placed.groupId },
  );
  for (const [field, seen] of Object.entries(data ?? {})) {
    const nothing = seen === null || (Array.isArray(seen) && seen.every((node) => node === null));
    if (!nothing) leaks.push(`${field}: ${JSON.stringify(seen)}`);
  }
  const entities = await stranger.send(
    '{ _entities(representations: [{ __typename: "Order", id: "x" }]) { __typename } }',
  );
  if (entities.errors === undefined) leaks.push('_entities answers from outside');
  const ids = { order: placed.id, escrow, shipment };
  for (const [field, name] of LIVE) {
    if (await delivers(stranger, field, name, ids[name])) leaks.push(`${field} delivers`);
  }
  return leaks;
}

/** True when a subscription gives the stranger anything but its end. */
function delivers(
  stranger: GraphClient,
  field: string,
  name: string,
  id: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (seen: boolean): void => {
      clearTimeout(late);
      live.stop();
      resolve(seen);
    };
    const late = setTimeout(() => {
      answer(false);
    }, 3_000);
    const live = follow({
      url: stranger.url,
      token: stranger.token,
      query: `subscription ($id: ID!, $after: Cursor) { ${field}(id: $id, after: $after) { kind cursor eventType occurredAt ${name} { id } } }`,
      variables: { id },
      onMessage: (message) => {
        answer(message[name] !== null);
      },
      onEnd: () => {
        answer(false);
      },
    });
  });
}
