import { type Fields } from './fields';
import { type Random } from './seeded.random';

const HTTP_KINDS = [
  ...(['drop_before', 'drop_after', 'delay', 'delay_after', 'status'] as const),
  ...(['stored_500', 'done_500'] as const),
] as const;
const WEBHOOK_KINDS = ['duplicate', 'reorder', 'rename'] as const;
const KINDS = [...HTTP_KINDS, ...WEBHOOK_KINDS] as const;

/**
 * Faults of a request and of a webhook (`duplicate` … `rename`). `delay_after`: the webhook comes before the reply.
 * `stored_500`, `done_500`: a 500 that every later call with the same key gets too; nothing, or all of it, was done.
 */
export type FaultKind = (typeof KINDS)[number];
export type WebhookFaultKind = (typeof WEBHOOK_KINDS)[number];

/** One planned fault. Without `times` it stays until DELETE /sim/fault or a restart. */
export interface Fault {
  kind: FaultKind;
  /** `METHOD /path`, where `*` in the path stands for any characters. Absent: every API call. */
  match: string | undefined;
  status: number;
  delayMs: number;
  timesLeft: number | undefined;
  probability: number;
}

/** What goes wrong on purpose. Lives in memory only: a restarted simulator is healthy. */
export class FaultPlan {
  private faults: Fault[] = [];

  constructor(private readonly random: Random) {}

  /** Replaces the plan by the one in a `POST /sim/fault` body. */
  load(body: Fields): void {
    this.faults = body.list('plan', 0, 100).map((entry) => ({
      kind: entry.oneOf('kind', KINDS),
      match: entry.optionalText('match'),
      status: entry.has('status') ? entry.whole('status', 400, 599) : 500,
      delayMs: entry.number('delayMs', 0, 600_000, 0),
      timesLeft: entry.has('times') ? entry.whole('times', 1, 1_000_000) : undefined,
      probability: entry.number('probability', 0, 1, 1),
    }));
  }

  clear(): void {
    this.faults = [];
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  /** The faults that hit this request, each used up by one. */
  forRequest(method: string, path: string): Fault[] {
    const hits = this.faults.filter(
      (fault) =>
        HTTP_KINDS.some((kind) => kind === fault.kind) && matches(fault.match, method, path),
    );
    return hits.filter((fault) => this.strikes(fault));
  }

  /** Whether a webhook fault of this kind hits now. */
  forWebhook(kind: WebhookFaultKind): boolean {
    return this.faults.some((fault) => fault.kind === kind && this.strikes(fault));
  }

  private strikes(fault: Fault): boolean {
    if (fault.timesLeft === 0) return false;
    if (fault.probability < 1 && this.random() >= fault.probability) return false;
    if (fault.timesLeft !== undefined) fault.timesLeft -= 1;
    return true;
  }
}

function matches(pattern: string | undefined, method: string, path: string): boolean {
  if (pattern === undefined || pattern === '*') return true;
  const [first = '', second] = pattern.split(' ');
  if (second !== undefined && first !== '*' && first !== method) return false;
  const parts = (second ?? first)
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}
