import { pause } from '../client/graph.client';
import type { Carrier } from './order.play';

/** The carrier simulator's control door: parcels move when the replay says so, not when its clock does. */
export class CarrierControl implements Carrier {
  constructor(private readonly url: string) {}

  run(trackingNumber: string, to: 'IN_TRANSIT' | 'DELIVERED'): Promise<void> {
    return this.post(`/sim/shipments/${trackingNumber}/run`, { to });
  }

  hold(trackingNumber: string): Promise<void> {
    return this.post(`/sim/shipments/${trackingNumber}/hold`, {});
  }

  /** Tried again while the simulator is away. */
  private async post(path: string, body: object): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(new URL(path, this.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch((error: unknown) => String(error));
      if (typeof response !== 'string' && response.ok) return;
      const why = typeof response === 'string' ? response : await response.text();
      if (attempt >= 100) throw new Error(`the carrier refused ${path}: ${why}`);
      await pause(200);
    }
  }
}
