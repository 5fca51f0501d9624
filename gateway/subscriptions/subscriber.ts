import type { GraphQLError } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { SECOND } from '#kernel/clock/clock';
import type { Fact } from '#kernel/events/fact';
import { type GatewayErrorCode, gatewayError } from '../gateway.errors';
import type { Caller } from '../http/caller.service';
import type { Vector } from './cursor';
import type { GroupMessage } from './group-message';
import { HeldMessages } from './held-messages';
import type { LivePlan } from './live-plan';
import type { LiveMessage, Outlet } from './outlet';
import { isBehind, latest, reaches } from './place';

/** Messages that a reader may have open before it counts as slow. */
const HIGH_WATER = 256;
const MAX_BUFFERED = 1024 * 1024;

/**
 * PENDING: not let in yet. CATCHING_UP: the log is read for it, and what its group sends meanwhile is held. LIVE: it
 * gets what the group sends. LAGGING: its reader is slow, or nobody can say whether it may still see.
 */
export type SubscriberState = 'PENDING' | 'CATCHING_UP' | 'LIVE' | 'LAGGING' | 'ENDED';

/** What happens to a subscriber that others must see to. */
export interface SubscriberHost {
  /** Its reader takes messages again: bring it what it missed. */
  catchUp(subscriber: Subscriber): void;
  /** It will never get anything again. */
  ended(subscriber: Subscriber): void;
  /** A reader that takes nothing for so long is given up. */
  readonly longestLagMs: number;
  /** True when what owners said of its rights at this moment (`performance.now()`) is still to be believed. */
  trusts(checkedAt: number): boolean;
  /** A newer message took the place of one that was not sent. */
  coalesced(): void;
}

/** One subscription of one client: where it stands, and whether it can take more. */
export class Subscriber {
  state: SubscriberState = 'PENDING';
  private grant: Grant | undefined;
  /** Everything on its topics up to here it was sent, or it is part of its snapshot. */
  at: Vector = new Map();
  /** The last cursor that it was given. */
  cursor: string | undefined;
  /** The plan under the supergraph in use. */
  plan: LivePlan;
  // What it had when it joined its group: its snapshot, or what the log told it, which may lie ahead of the group in one
  // source and behind it in another. Kept until the group has passed that everywhere.
  private since: Vector | undefined;
  /** Present while the log is read for it. */
  private held: HeldMessages | undefined;
  private readings = 0;
  private doubtedAt = -Infinity;
  /** When its credential and its right were last asked for. */
  checkedAt = performance.now();
  /** Newest unsent message of each thing, for LATEST. */
  private newest: Map<string, GroupMessage> | undefined;
  /** Messages since the reader had taken everything. */
  private open = 0;
  private patience: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    plan: LivePlan,
    readonly caller: Caller,
    private readonly outlet: Outlet,
    private readonly host: SubscriberHost,
  ) {
    this.plan = plan;
    this.cursor = plan.after;
  }

  get hasEnded(): boolean {
    return this.state === 'ENDED';
  }

  private get isLossless(): boolean {
    return this.plan.live.delivery === 'LOSSLESS';
  }

  /** True when its reader has to be waited for. */
  get isFull(): boolean {
    const { buffered } = this.outlet;
    if (buffered === 0) this.open = 0;
    return buffered > MAX_BUFFERED || this.open >= HIGH_WATER;
  }

  /** True when it needs no message for this fact. */
  has(fact: Fact): boolean {
    return isBehind(fact, this.at) || (this.since !== undefined && isBehind(fact, this.since));
  }

  /** True when a message for the fact would reach it now or later without the log. */
  wants(fact: Fact): boolean {
    const open =
      this.state === 'LIVE' ||
      this.state === 'CATCHING_UP' ||
      (this.state === 'LAGGING' && !this.isLossless);
    return open && !this.has(fact);
  }

  /** Takes over what the owner granted when it was asked at this moment. */
  accept(grant: Grant, askedAt: number): void {
    this.grant = this.doubtedAt >= askedAt ? { ...grant, until: 0 } : grant;
  }

  /** Its rights may have changed: nothing is sent before the owner was asked again. */
  doubt(): void {
    this.doubtedAt = performance.now();
    if (this.grant !== undefined) this.grant = { ...this.grant, until: 0 };
  }

  /** Its grant, when another group of the same scope takes it over. */
  grantIn(scope: string): Grant {
    return this.grant ?? { scope, subject: '', permVersion: 0, until: 0 };
  }

  get until(): number {
    return this.grant?.until ?? 0;
  }

  /** True when owners have to be asked before it is sent anything. What everybody may see is nobody's right. */
  isLapsed(now: number): boolean {
    return this.until <= now || (this.until !== Infinity && !this.host.trusts(this.checkedAt));
  }

  /** True when its credential has run out: its transport is about to end it. */
  isExpired(now: number): boolean {
    return (this.caller.expiresAt?.getTime() ?? Infinity) <= now;
  }

  /** The first message: how things stand at `at`. */
  snapshot(message: LiveMessage, at: Vector): void {
    this.at = this.since = at;
    this.hand(message);
  }

  /** From now on it gets what its group sends. */
  goLive(): void {
    this.state = 'LIVE';
    this.keepPlace();
    this.held = this.newest = undefined;
    this.stopPatience();
  }

  /** Takes one message of its group. True when it was handed over. */
  push(message: GroupMessage): boolean {
    if (!this.wants(message.fact)) return false;
    if (this.state === 'CATCHING_UP') {
      this.held?.add(message);
      return false;
    }
    if (this.state === 'LIVE' && !this.isFull) {
      this.send(message);
      return true;
    }
    if (!this.isLossless) this.keepNewest(message);
    if (this.state === 'LIVE') this.lag();
    return false;
  }

  /** Hands over a message that lies right behind the last one. */
  send(message: GroupMessage): void {
    this.at = message.place;
    if (this.since !== undefined && reaches(this.at, this.since)) this.since = undefined;
    if (this.patience !== undefined) this.stopPatience();
    this.hand(message);
  }

  /** Its reader is slow: nothing is kept for it but its place. */
  lag(): void {
    this.wait();
    this.outlet.whenDrained(() => {
      if (this.state !== 'LAGGING') return;
      if (this.isLossless) this.host.catchUp(this);
      else this.sendNewest();
    });
  }

  /** Nobody can tell whether it may still see: nothing is sent until somebody can. */
  withhold(): void {
    this.wait();
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      if (this.state === 'LAGGING') this.host.catchUp(this);
    }, SECOND);
  }

  /** A message was not offered to it: the log has to tell it what that was about. */
  mayHaveMissed(): void {
    if (this.held !== undefined) this.held.missed = true;
    if (this.state === 'LIVE') this.withhold();
  }

  /** The log is going to be read for it. Gives the number of this reading: a later one makes it void. */
  beginCatchUp(): number {
    this.state = 'CATCHING_UP';
    this.newest = undefined;
    this.held = new HeldMessages();
    this.readings += 1;
    return this.readings;
  }

  isCatchingUp(reading: number): boolean {
    return this.state === 'CATCHING_UP' && this.readings === reading;
  }

  /** True for a fact whose message its group has sent or is going to send. */
  isHeld(fact: Fact): boolean {
    return this.held?.covers(fact) ?? false;
  }

  /** The log is read: what was held comes next. False when the log has to be read again. */
  release(): boolean {
    if (this.held?.missed === true) return false;
    this.keepPlace(); // the first message held may lie behind what the log told of another source
    for (const message of this.held?.take() ?? []) {
      if (this.has(message.fact)) continue;
      if (this.isFull) {
        this.lag();
        return true;
      }
      this.send(message);
    }
    this.goLive();
    return true;
  }

  /** Ends it by our doing. */
  end(code: GatewayErrorCode): void {
    this.fail(gatewayError(code, { extensions: { cursor: this.cursor } }));
  }

  /** Ends it with a reason that the client is told. */
  fail(error: GraphQLError): void {
    if (this.leave()) this.outlet.end(error);
  }

  complete(): void {
    if (this.leave()) this.outlet.end();
  }

  /** The client is gone. False when it had ended before. */
  leave(): boolean {
    if (this.state === 'ENDED') return false;
    this.state = 'ENDED';
    this.held = this.newest = undefined;
    this.stopPatience();
    clearTimeout(this.retry);
    this.host.ended(this);
    return true;
  }

  private keepPlace(): void {
    this.since = this.since === undefined ? this.at : latest(this.at, this.since);
  }

  private hand(message: LiveMessage): void {
    this.open += 1;
    this.cursor = message.cursor;
    this.outlet.next(message);
  }

  private keepNewest(message: GroupMessage): void {
    const { subject } = message.fact;
    this.newest ??= new Map();
    if (this.newest.delete(subject)) this.host.coalesced();
    this.newest.set(subject, message);
    const [oldest] = this.newest.keys();
    if (this.newest.size > HIGH_WATER && oldest !== undefined) this.newest.delete(oldest);
  }

  private sendNewest(): void {
    this.keepPlace();
    for (const [subject, message] of this.newest ?? []) {
      if (this.isFull) {
        this.lag();
        return;
      }
      this.newest?.delete(subject);
      this.send(message);
    }
    this.goLive();
  }

  private wait(): void {
    this.state = 'LAGGING';
    this.held = undefined;
    this.patience ??= setTimeout(() => {
      this.end('SUBSCRIPTION_LAGGED');
    }, this.host.longestLagMs);
  }

  private stopPatience(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
  }
}
