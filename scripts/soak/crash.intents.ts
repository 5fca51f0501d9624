import { randomUUID } from 'node:crypto';
import { accountIds } from '#contracts/ids';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { type CrashHouse, call } from './crash.house';

/** What a client meant, once, however often it was sent. */
export interface Intent {
  readonly kind:
    'PAY' | '3DS' | 'REFUND' | 'PAYOUT' | 'CONFIRM' | 'ACCOUNT' | 'DISPUTE' | 'CHARGEBACK';
  /** Ids that the answers named; more than one is a double. */
  readonly ids: ReadonlySet<string>;
  /** Codes of the final answers that said no. */
  readonly refusals: ReadonlySet<string>;
  /** Sends it once more with its key; the answer joins the others. At the end nothing is worth waiting for. */
  readonly again: (when: 'NOW' | 'AT_THE_END') => Promise<void>;
}

/** An answer is asked for again so long, through every crash; what has none then is asked for at the end. */
const LIMIT_MS = 20_000;
const ASKING = 16;
const SENT_TWICE = 0.3;

/** Refusals that a client waits out: the fact that allows it has not been heard yet. */
const EARLY = new Set(['TRANSITION_NOT_ALLOWED', 'NOT_FOUND']);

/** A mutation by name, what is asked of its answer, and where the id of what it did is. */
export type Mutation = readonly [name: string, fields: string, object: string];

/** Everything that clients meant, sent through crashes until there is an answer. */
export class CrashIntents {
  readonly all: Intent[] = [];

  constructor(
    private readonly house: CrashHouse,
    private readonly random: () => number,
  ) {}

  /**
   * Sends every intent once more: what was done is answered with the same id. One that was refused is left alone: a
   * refusal leaves no trace, and its key could still be used.
   */
  async askAgain(): Promise<void> {
    const left = this.all.filter(({ refusals }) => refusals.size === 0);
    const lane = async (): Promise<void> => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) await one.again('AT_THE_END');
    };
    await Promise.all(Array.from({ length: ASKING }, lane));
  }

  /** Sends until there is a final answer, sometimes twice at once, always with one key. True when it was done. */
  async send(
    kind: Intent['kind'],
    mutation: Mutation,
    viewer: Viewer,
    input: Record<string, unknown>,
  ): Promise<string | undefined> {
    const whole = { ...input, idempotencyKey: randomUUID() };
    const [ids, refusals] = [new Set<string>(), new Set<string>()];
    const again: Intent['again'] = async (when) => {
      const early = when === 'NOW' ? EARLY : new Set<string>();
      const { id, code } = await this.untilFinal(mutation, viewer, whole, early);
      if (id !== undefined) ids.add(id);
      if (code !== undefined) refusals.add(code);
    };
    this.all.push({ kind, ids, refusals, again });
    const times = this.random() < SENT_TWICE ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => again('NOW')));
    return [...ids][0];
  }

  /** Neither an id nor a code: there is no final answer yet. */
  private async untilFinal(
    [name, fields, object]: Mutation,
    viewer: Viewer,
    input: Record<string, unknown>,
    early: ReadonlySet<string>,
  ): Promise<{ id?: string; code?: string }> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code retryable } } }`;
    const deadline = performance.now() + LIMIT_MS;
    for (let waitMs = 50; performance.now() < deadline; waitMs = Math.min(waitMs * 2, 2_000)) {
      const answer = await this.ask(viewer, query, { input }, name);
      const [error] = answer?.userErrors ?? [];
      if (answer !== undefined && error === undefined) {
        return { id: (answer[object] as { id: string }).id };
      }
      if (error !== undefined && !error.retryable && !early.has(error.code)) {
        return { code: error.code };
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
    }
    return {};
  }

  private async ask(
    viewer: Viewer,
    query: string,
    variables: Record<string, unknown>,
    name: string,
  ): Promise<Answer | undefined> {
    const { replicas } = this.house;
    const to = replicas[Math.floor(Math.random() * replicas.length)];
    if (to === undefined) throw new Error('there is no payments process');
    try {
      const { data } = await call(to, viewer, query, variables);
      return (data?.[name] as Answer | null | undefined) ?? undefined;
    } catch {
      return undefined; // killed, or not there yet
    }
  }
}

interface Answer {
  readonly userErrors: readonly { readonly code: string; readonly retryable: boolean }[];
  readonly [object: string]: unknown;
}

export const euros = (minor: bigint): { minorUnits: string; currencyCode: string } => ({
  minorUnits: String(minor),
  currencyCode: 'EUR',
});

export const person = (roles: string[] = []): Viewer =>
  makeViewer({
    kind: 'USER',
    accountId: accountIds.create(),
    authenticatedAt: Math.floor(Date.now() / 1_000),
    roles,
    scopes: ['*'],
    correlationId: 'soak',
  });
