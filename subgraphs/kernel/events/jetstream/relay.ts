import type { Logger } from '../../server/log';
import type { Doorbell } from '../doorbell';
import type { PostgresEventLog } from '../event-log';
import type { Fact, Position } from '../fact';
import type { Leadership } from '../leadership';
import { Poller } from '../poller';
import type { Step } from './fact-message';
import type { FactStream } from './fact-stream';

export interface RelayOptions {
  readonly outbox: PostgresEventLog;
  readonly stream: FactStream;
  readonly leadership: Leadership;
  readonly doorbell: Doorbell;
  readonly log: Logger;
}

const BATCH = 200;
const POLL_MS = 250;
/** A NATS server refuses messages above 1 MiB unless it is told otherwise. */
const MOST_BYTES = 1_000_000;

/**
 * Brings one source's facts from its outbox to its stream, in the outbox's order. One process at a time does it, but
 * nothing rests on that: every message names its place in the stream, and what comes next is told by the last message
 * there, so a repeated, late or second writer is refused and nothing is lost, whenever anybody dies.
 */
export class Relay {
  private readonly poller: Poller;
  private unlisten: (() => void) | undefined;
  /** Where the stream ends; unknown after a failure. */
  private at: { readonly seq: number; readonly position: Position } | undefined;

  constructor(private readonly options: RelayOptions) {
    const name = `relay of ${options.outbox.source}`;
    this.poller = new Poller(name, () => this.step(), POLL_MS, options.log);
  }

  start(): void {
    const { doorbell, outbox, stream } = this.options;
    const wake = (): void => {
      this.poller.wake();
    };
    this.unlisten = doorbell.listen(outbox.source, wake);
    stream.link.onUp(wake);
    this.poller.start();
  }

  async stop(): Promise<void> {
    this.unlisten?.();
    await this.poller.stop();
    this.options.leadership.resign();
  }

  /** Brings one batch. True when there was one. */
  private async step(): Promise<boolean> {
    const { outbox, stream, leadership } = this.options;
    // While NATS is away there is nothing to do, and nothing to complain about again and again.
    if (!stream.link.isUp || !(await leadership.leads())) return false;
    const at = (this.at ??= await this.begin());
    const facts = await outbox.read(at.position, BATCH);
    const last = facts.at(-1);
    if (last === undefined) return false;
    this.at = undefined;
    const steps = facts.map((fact, i) => step(facts[i - 1]?.position ?? at.position, fact));
    await Promise.all(steps.map((one, i) => stream.publish(one, at.seq + 1 + i)));
    this.at = { seq: at.seq + facts.length, position: last.position };
    return true;
  }

  /**
   * Goes on behind the stream's last message. A stream that holds nothing may have held something before, and after a
   * restore nobody can tell what was missed: then a first message sends readers to the outbox for all until now.
   */
  private async begin(): Promise<{ seq: number; position: Position }> {
    const { stream, outbox } = this.options;
    const { seq, position } = await stream.end();
    const head = await outbox.head();
    if (position?.epoch === head.epoch) return { seq, position };
    const mark = position === undefined ? await outbox.last() : head;
    await stream.publish({ after: mark, position: mark }, seq + 1);
    return { seq: seq + 1, position: mark };
  }
}

/** A fact that no message can hold is read from the outbox. */
function step(after: Position, fact: Fact): Step {
  const { position } = fact;
  const isHuge = Buffer.byteLength(JSON.stringify(fact)) > MOST_BYTES;
  return isHuge ? { after, position } : { after, position, fact };
}
