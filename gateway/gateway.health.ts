import type { DoorSet } from './executor/doors';
import type { GatewayOptions } from './gateway.options';
import { type ReadyCheck, Readiness } from './http/health';
import { LagAlarm } from './http/lag-alarm';
import type { LiveHub } from './subscriptions/live-hub';

/** A log that is later than this is followed better by another gateway. */
const MAX_LAG_MS = 30_000;

/** Whether clients should come here, and who is told when live messages are late. */
export interface Health {
  readonly readiness: Readiness;
  readonly examplesArePlanned: () => void;
  close(): void;
}

export function openHealth(
  { alsoReady, log }: GatewayOptions,
  { hub, doors }: { readonly hub: LiveHub; readonly doors: DoorSet },
): Health {
  let examplesPlanned = false;
  const { tails } = hub;
  const alarm = new LagAlarm({ tails, log });
  const readiness = new Readiness(checks(hub, doors, alsoReady), () => ({
    logs: tails.map((tail) => ({ source: tail.source, lagMs: finite(tail.lagMs()) })),
    examplesPlanned,
  }));
  return {
    readiness,
    examplesArePlanned: () => {
      examplesPlanned = true;
    },
    close: () => {
      alarm.close();
    },
  };
}

const finite = (ms: number): number | null => (Number.isFinite(ms) ? Math.round(ms) : null);

function checks(hub: LiveHub, doors: DoorSet, also: readonly ReadyCheck[] = []): ReadyCheck[] {
  return [
    ...also,
    ...hub.tails.map((tail) => ({
      name: `log tail ${tail.source}`,
      kind: 'needed' as const,
      check: () => tail.lagMs() < MAX_LAG_MS,
    })),
    ...[...doors.ready].map(([name, check]) => ({ name, kind: 'subgraph' as const, check })),
  ];
}
