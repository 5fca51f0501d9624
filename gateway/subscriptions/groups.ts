import { ORIGIN } from '#kernel/events/event-log';
import type { Fact } from '#kernel/events/fact';
import type { Vector } from './cursor';
import { type ExpiryCode, readLogFor } from './catch-up';
import { Group } from './group';
import type { Finding, LiveHost } from './live-host';
import type { LivePlan } from './live-plan';
import { identityOf } from './live-scope';
import type { Subscriber } from './subscriber';
import type { Topics } from './topics';
import { Turns } from './turns';

/** Catch-ups at a time: each reads every log. */
const READERS = 16;
/** Owners asked at a time whether somebody may still see. */
const ASKERS = 8;

/** What the owner said, and when it was asked. */
type Granted = Pick<Finding, 'grant' | 'askedAt'>;

/** Who is in which group, and who gets into another one or out. */
export class Groups {
  private readonly byKey = new Map<string, Group>();
  private readonly of = new Map<Subscriber, Group>();
  private readonly deaf = new Map<Group, () => void>();
  private readonly readers = new Turns(READERS);
  private readonly askers = new Turns(ASKERS);

  constructor(
    private readonly host: LiveHost,
    private readonly topics: Topics,
  ) {}

  get size(): number {
    return this.byKey.size;
  }

  all(): Group[] {
    return [...this.deaf.keys()];
  }

  /**
   * Lets a subscriber in where its grant says. `since`: the facts on its topics that were handed out since before its
   * snapshot was begun; without them the log is read.
   */
  join(
    subscriber: Subscriber,
    { grant, askedAt }: Granted,
    since: readonly Fact[] | undefined,
    expired: ExpiryCode = 'SUBSCRIPTION_LAGGED',
  ): void {
    subscriber.accept(grant, askedAt);
    const missed = since?.filter((fact) => !subscriber.has(fact));
    const key = `${subscriber.plan.key} ${grant.scope}`;
    const known = this.byKey.get(key);
    const group = known ?? this.open(key, subscriber, grant.scope, missed ?? []);
    group.subscribers.add(subscriber);
    this.of.set(subscriber, group);
    subscriber.plan = group.plan;
    if (missed === undefined) this.catchUp(subscriber, expired);
    else if (known === undefined) {
      subscriber.goLive();
      for (const fact of missed) group.heard(fact);
    } else if (missed.every((fact) => group.isPending(fact))) subscriber.goLive();
    else this.catchUp(subscriber, expired);
  }

  /** The last one to leave closes the group. */
  leave(subscriber: Subscriber): void {
    const group = this.of.get(subscriber);
    if (group === undefined) return;
    this.of.delete(subscriber);
    group.subscribers.delete(subscriber);
    if (group.subscribers.size > 0) return;
    this.deaf.get(group)?.();
    this.deaf.delete(group);
    if (this.byKey.get(group.key) === group) this.byKey.delete(group.key);
  }

  catchUp(subscriber: Subscriber, expired: ExpiryCode = 'SUBSCRIPTION_LAGGED'): void {
    const group = this.of.get(subscriber);
    if (group === undefined) return;
    const reading = subscriber.beginCatchUp();
    void this.readers.run(async () => {
      if (!subscriber.isCatchingUp(reading)) return;
      await readLogFor(subscriber, group, this.host, expired);
    });
  }

  judge(subscriber: Subscriber, finding: Finding, scope: string): boolean {
    const { access, grant, askedAt } = finding;
    if (access === 'UNKNOWN') return true;
    const equal = access === 'SEEN' && grant.scope === scope;
    const group = this.of.get(subscriber);
    if (group === undefined || group.scope !== scope) return equal; // it is gone already
    if (access === 'HIDDEN') subscriber.end('SUBSCRIPTION_REVOKED');
    else if (equal) subscriber.accept(grant, askedAt);
    else this.move(subscriber, finding);
    return equal;
  }

  async renew(subscribers: readonly Subscriber[]): Promise<void> {
    const alike = new Map<string, Subscriber[]>();
    for (const subscriber of subscribers) {
      const group = this.of.get(subscriber);
      if (group === undefined || group.plan.share === 'PUBLIC') continue;
      const key = `${group.key} ${identityOf(subscriber.caller.viewer)}`;
      alike.set(key, [...(alike.get(key) ?? []), subscriber]);
    }
    await Promise.all(
      [...alike.values()].map((some) => this.askers.run(() => this.renewAlike(some))),
    );
  }

  /** Takes over a newer plan; who would be sent something else by it has to come again. */
  replan(group: Group, plan: LivePlan | undefined): void {
    const members = [...group.subscribers];
    if (plan === undefined || !isAlike(plan, group.plan)) {
      for (const subscriber of members) subscriber.end('SUBSCRIPTION_SCHEMA_RELOAD');
      return;
    }
    if (this.byKey.get(group.key) === group) this.byKey.delete(group.key);
    group.plan = plan;
    for (const subscriber of members) subscriber.plan = plan;
    if (!this.byKey.has(group.key)) this.byKey.set(group.key, group);
    else {
      const { scope } = group;
      for (const subscriber of members) {
        this.move(subscriber, { grant: subscriber.grantIn(scope), askedAt: Infinity });
      }
    }
  }

  private open(
    key: string,
    { plan, at }: Subscriber,
    scope: string,
    missed: readonly Fact[],
  ): Group {
    const place: Vector = new Map(
      this.host.logs.map(({ source }) => {
        const pending = missed.some((fact) => fact.source === source);
        const before = pending ? at.get(source) : this.host.handedOut(source);
        return [source, before ?? ORIGIN];
      }),
    );
    const group = new Group(plan, scope, place, this.host);
    this.byKey.set(key, group);
    const leave = this.topics.listen(plan.topics, (fact) => {
      group.heard(fact);
    });
    this.deaf.set(group, leave);
    return group;
  }

  private move(subscriber: Subscriber, granted: Granted): void {
    this.leave(subscriber);
    this.join(subscriber, granted, undefined);
  }

  private async renewAlike(some: readonly Subscriber[]): Promise<void> {
    const [first] = some;
    const group = first && this.of.get(first);
    if (first === undefined || group === undefined) return;
    const found = await this.host.check(group.plan, first.caller);
    for (const subscriber of some) {
      if (this.of.get(subscriber) !== group) continue;
      if (found.access !== 'UNKNOWN') {
        subscriber.checkedAt = found.askedAt;
        this.judge(subscriber, found, group.scope);
      } else if (subscriber.isLapsed(this.host.now())) subscriber.mayHaveMissed();
    }
  }
}

const isAlike = (a: LivePlan, b: LivePlan): boolean =>
  a.share === b.share &&
  a.live.delivery === b.live.delivery &&
  JSON.stringify(a.topics) === JSON.stringify(b.topics);
