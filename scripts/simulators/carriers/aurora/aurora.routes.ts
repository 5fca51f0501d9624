import { type FactStore } from '../../shared/fact.store';
import { type Call, param, type Route } from '../../shared/http.routes';
import { Refusal } from '../../shared/refusal';
import { type AuroraFact } from './aurora.facts';
import { type AuroraState, nextDueMs } from './aurora.state';
import { type CarrierWorld } from './carrier.world';
import { labelPdf } from './label.pdf';
import { type ShipmentDesk } from './shipment.desk';
import { statusOf, viewOf } from './shipment.view';
import { type VirtualClock } from './virtual.clock';

/** The parts a request can reach. */
export interface AuroraParts {
  state: AuroraState;
  store: FactStore<AuroraFact>;
  clock: VirtualClock;
  world: CarrierWorld;
  desk: ShipmentDesk;
}

/** The carrier's own interface. */
export function auroraRoutes({ state, desk }: AuroraParts): Route<AuroraFact>[] {
  const shipment = (call: Call): string => param(call, 'id');
  return [
    { method: 'POST', path: '/api/quotes', write: ({ body }) => desk.quote(body) },
    { method: 'POST', path: '/api/shipments', write: ({ body }) => desk.book(body) },
    {
      method: 'POST',
      path: '/api/shipments/:id/void',
      write: (call) => desk.void(shipment(call)),
    },
    {
      method: 'POST',
      path: '/api/shipments/:id/handover',
      write: (call) => desk.handover(shipment(call)),
    },
    {
      method: 'GET',
      path: '/api/shipments',
      read: ({ query }) => {
        const clientRef = query.get('clientRef') ?? '';
        const found = state.findByClientRef(clientRef);
        if (clientRef === '') throw new Refusal(400, 'FIELD_INVALID', 'give ?clientRef=');
        if (found === undefined) {
          throw new Refusal(404, 'SHIPMENT_UNKNOWN', 'no shipment has this clientRef');
        }
        return { status: 200, body: viewOf(found) };
      },
    },
    {
      method: 'GET',
      path: '/api/shipments/:id',
      read: (call) => ({ status: 200, body: viewOf(state.shipment(shipment(call))) }),
    },
    {
      method: 'GET',
      path: '/api/shipments/:id/label.pdf',
      read: async (call) => ({
        status: 200,
        body: await labelPdf(state.shipment(shipment(call)).booking),
        mime: 'application/pdf',
      }),
    },
    {
      method: 'GET',
      path: '/api/tracking/:trackingNumber',
      read: (call) => {
        const trackingNumber = param(call, 'trackingNumber');
        return { status: 200, body: { trackingNumber, events: state.scansOf(trackingNumber) } };
      },
    },
  ];
}

/** Control over the carrier's world, for tests and demonstrations. */
export function worldRoutes({
  state,
  store,
  clock,
  world,
  desk,
}: AuroraParts): Route<AuroraFact>[] {
  return [
    {
      method: 'POST',
      path: '/sim/advance',
      write: ({ body }) => {
        const aheadMs = Math.round(body.number('seconds', 0, 400_000_000, 0) * 1000);
        store.commit([{ kind: 'clock.set', ...clock.moved(aheadMs, clock.rate()) }]);
        const scans = world.fireDue();
        return { status: 200, body: { now: isoOf(clock.now()), scans }, facts: [] };
      },
    },
    {
      method: 'POST',
      path: '/sim/shipments/:id/hold',
      write: (call) => desk.hold(param(call, 'id')),
    },
    {
      method: 'POST',
      path: '/sim/shipments/:id/run',
      write: (call) =>
        desk.run(param(call, 'id'), call.body, (facts) => {
          store.commit(facts);
        }),
    },
    {
      method: 'GET',
      path: '/sim/state',
      read: () => ({
        status: 200,
        body: {
          now: isoOf(clock.now()),
          rate: clock.rate(),
          shipments: shipmentsOf(state),
          webhooks: store.webhooks.state(),
          faults: store.faults.list(),
        },
      }),
    },
  ];
}

function shipmentsOf(state: AuroraState): object[] {
  return [...state.shipments.values()].map((shipment) => {
    const due = nextDueMs(shipment);
    return {
      id: shipment.booking.id,
      clientRef: shipment.booking.clientRef,
      status: statusOf(shipment),
      held: shipment.held,
      nextAt: due === undefined ? null : isoOf(due),
    };
  });
}

function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
