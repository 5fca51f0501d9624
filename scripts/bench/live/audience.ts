import { randomUUID } from 'node:crypto';
import { LeanSocket } from './lean-socket';
import { SUBSCRIPTION } from './parcel.graph';

/** Where one subscriber of the audience connects, and as whom. */
export interface Seat {
  readonly port: number;
  /** Addresses of this machine: nobody has all sockets from one address. */
  readonly localAddress: string;
  /** Who is on the same side must get the same text. */
  readonly side: string;
  readonly parcelId: string;
  readonly authorization: string;
}

/** What the audience of one server got so far. */
export interface Received {
  /** Milliseconds from each commit to each subscriber. */
  readonly latenciesMs: readonly number[];
  /** All messages of the versions asked for. */
  readonly messages: number;
  /** Those that show exactly the version that their event made; the others show a later one. */
  readonly exact: number;
}

interface Follower {
  readonly id: string;
  readonly side: string;
  /** Version of the parcel whose message came last. */
  version: number;
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly errors?: unknown;
    readonly data?: {
      readonly parcelUpdated: {
        readonly kind: string;
        readonly parcel: { readonly id: string; readonly version: number; readonly place: unknown };
      };
    };
  };
}

/** One event as one side got it. */
interface Sample {
  readonly text: Buffer;
  /** Where the operation's id stands: the only thing that differs between subscribers. */
  readonly idAt: number;
  readonly exact: boolean;
}

const UUID = 36;
const PATIENCE_MS = 60_000;
/** `performance.now()` on the clock that all processes of the machine share. */
const SHARED_CLOCK = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds on a clock that all processes of the machine share. */
export const sharedNow = (): number => performance.now() + SHARED_CLOCK;

/** Subscribers of one server: counts every message, and looks that it is the right one. */
export class Audience {
  private readonly followers: Follower[] = [];
  private readonly sockets: LeanSocket[] = [];
  private readonly samples = new Map<string, Sample>();
  private readonly received = new Map<number, { at: number[]; exact: number }>();
  /** Called at each message of a version, and when something failed. */
  private readonly waiting = new Map<number, () => void>();
  private failure: Error | undefined;
  private ended = false;

  /** Connects one more and waits for its snapshot. */
  async seat(seat: Seat): Promise<void> {
    const follower: Follower = { id: randomUUID(), side: seat.side, version: -1 };
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      const listener = {
        onText: (text: Buffer): void => {
          this.take(follower, seat, socket, text, settle);
        },
        onClose: (reason: string): void => {
          if (!this.ended) reject(this.fail(`a subscriber was closed: ${reason}`));
        },
      };
      let socket: LeanSocket | undefined;
      LeanSocket.open(seat.port, seat.localAddress, listener).then((opened) => {
        socket = opened;
        this.sockets.push(opened);
        const payload = { authorization: seat.authorization };
        opened.send(JSON.stringify({ type: 'connection_init', payload }));
      }, reject);
    });
    this.followers.push(follower);
  }

  /** Waits until everybody has the message of this version. */
  reached(version: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const missing = this.followers.length - this.countOf(version);
        this.fail(`${missing} subscribers lack version ${version} after a minute`);
      }, PATIENCE_MS);
      const look = (): void => {
        const isOver = this.countOf(version) >= this.followers.length;
        if (!isOver && this.failure === undefined) return;
        clearTimeout(timer);
        this.waiting.delete(version);
        if (this.failure === undefined) resolve();
        else reject(this.failure);
      };
      this.waiting.set(version, look);
      look();
    });
  }

  /** Hands over, and forgets, what came for these versions, which were committed at these moments. */
  collect(commits: readonly (readonly [version: number, at: number])[]): Received {
    const latenciesMs: number[] = [];
    let exact = 0;
    for (const [version, committed] of commits) {
      const got = this.received.get(version);
      for (const at of got?.at ?? []) latenciesMs.push(at - committed);
      exact += got?.exact ?? 0;
      this.received.delete(version);
    }
    this.samples.clear();
    return { latenciesMs, messages: latenciesMs.length, exact };
  }

  end(): void {
    this.ended = true;
    for (const socket of this.sockets) socket.end();
  }

  /** Nothing that follows can be trusted. */
  private fail(reason: string): Error {
    this.failure ??= new Error(reason);
    for (const look of this.waiting.values()) look();
    return this.failure;
  }

  private countOf(version: number): number {
    return this.received.get(version)?.at.length ?? 0;
  }

  private take(
    follower: Follower,
    seat: Seat,
    socket: LeanSocket | undefined,
    text: Buffer,
    settle: (error?: Error) => void,
  ): void {
    if (follower.version >= 0 && this.isKnown(follower, text)) return;
    const frame = JSON.parse(text.toString()) as Frame;
    if (frame.type === 'connection_ack') {
      const payload = { query: SUBSCRIPTION, variables: { id: seat.parcelId } };
      socket?.send(JSON.stringify({ id: follower.id, type: 'subscribe', payload }));
      return;
    }
    if (frame.type === 'ping' || frame.type === 'pong') return;
    const update = frame.payload?.data?.parcelUpdated;
    const isRight =
      frame.type === 'next' &&
      frame.id === follower.id &&
      frame.payload?.errors === undefined &&
      update?.parcel.id === seat.parcelId &&
      update.parcel.place !== null;
    if (!isRight) {
      settle(this.fail(`a wrong message: ${text.toString().slice(0, 400)}`));
    } else if (follower.version < 0) {
      follower.version = update.parcel.version;
      settle(update.kind === 'SNAPSHOT' ? undefined : new Error('the first is no snapshot'));
    } else {
      this.learn(follower, text, update.kind, update.parcel.version);
    }
  }

  /** Most messages are known texts with another operation id. */
  private isKnown(follower: Follower, text: Buffer): boolean {
    const version = follower.version + 1;
    const sample = this.samples.get(`${follower.side} ${version}`);
    if (sample?.text.length !== text.length) return false;
    const { idAt } = sample;
    const isSame =
      sample.text.compare(text, 0, idAt, 0, idAt) === 0 &&
      sample.text.compare(text, idAt + UUID, text.length, idAt + UUID) === 0 &&
      text.toString('latin1', idAt, idAt + UUID) === follower.id;
    if (isSame) this.count(follower, sample.exact);
    return isSame;
  }

  /** The first subscriber of a side to get an event looks at it closely. */
  private learn(follower: Follower, text: Buffer, kind: string, shown: number): void {
    const version = follower.version + 1;
    const key = `${follower.side} ${version}`;
    if (this.samples.has(key) || kind !== 'CHANGE' || shown < version) {
      this.fail(`${key}, of which one got another text: ${text.toString().slice(0, 400)}`);
      return;
    }
    const sample = {
      text: Buffer.from(text),
      idAt: text.indexOf(follower.id),
      exact: shown === version,
    };
    this.samples.set(key, sample);
    this.count(follower, sample.exact);
  }

  private count(follower: Follower, isExact: boolean): void {
    follower.version += 1;
    const got = this.received.get(follower.version) ?? { at: [], exact: 0 };
    this.received.set(follower.version, got);
    got.at.push(sharedNow());
    if (isExact) got.exact += 1;
    this.waiting.get(follower.version)?.();
  }
}
