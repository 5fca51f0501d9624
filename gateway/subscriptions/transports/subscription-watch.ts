import type { Viewer } from '#kernel/auth/viewer';
import type { Logger } from '#kernel/server/log';
import type { CallContext } from '../../gateway.context';
import type { LivePlan } from '../live-plan';

type Transport = CallContext['transport'];

/** Counts what is open and why it ends; metrics are one. */
export interface SubscriptionWatch {
  /** A subscription began; what is returned is told the code that ended it, or nothing when the client left. */
  subscribed(transport: Transport): (code?: unknown) => void;
  socketOpened(): void;
  socketClosed(): void;
}

/** A subscription begins. Whoever ends it says why, once: it is counted and there is a line about it in the log. */
export function begun(
  { log, watch }: { readonly log: Logger; readonly watch?: SubscriptionWatch | undefined },
  transport: Transport,
  { operationName: operation }: LivePlan,
  { kind: caller, correlationId }: Viewer,
): (code?: unknown) => void {
  const began = performance.now();
  const count = watch?.subscribed(transport);
  let over = false;
  return (code) => {
    if (over) return;
    over = true;
    count?.(code);
    const ms = Math.round(performance.now() - began);
    const reason = code ?? 'COMPLETE';
    log.info({ operation, transport, caller, reason, ms, correlationId }, 'subscription ended');
  };
}
