import { type FactStore } from './fact.store';
import { type Route } from './http.routes';

/** Routes that every simulator has: its health and its faults. */
export function controlRoutes<F extends { kind: string }>(store: FactStore<F>): Route<F>[] {
  return [
    { method: 'GET', path: '/healthz', read: () => ({ status: 200, body: { ok: true } }) },
    {
      method: 'POST',
      path: '/sim/fault',
      write: ({ body }) => {
        store.faults.load(body);
        return { status: 200, body: { plan: store.faults.list() }, facts: [] };
      },
    },
    {
      method: 'DELETE',
      path: '/sim/fault',
      write: () => {
        store.faults.clear();
        return { status: 200, body: { plan: [] }, facts: [] };
      },
    },
  ];
}
