import { isDeepStrictEqual } from 'node:util';
import type fc from 'fast-check';
import { fireDueTimers } from '#kernel/events/timers';
import type { Answer } from './acts';
import { codes } from './dispute.acts';
import { type RealMoney, expectedMoney, seenMoney } from './money.look';
import type { MoneyModel } from './money.model';

/** Something that happens to an order's money. */
export type Command = fc.AsyncCommand<MoneyModel, RealMoney>;

/** What a step is made of. */
export interface Dice {
  /** Which of the kinds that make sense. */
  readonly pick: number;
  readonly units: number;
  readonly tenths: number;
  /** Which part of the order. */
  readonly of: number;
  readonly isSellers: boolean;
  readonly isWon: boolean;
  readonly isWarning: boolean;
}

/** A kind of it. */
export interface Kind {
  readonly name: string;
  /** Whether it makes sense now; the services may still refuse it. */
  readonly when: (model: MoneyModel) => boolean;
  /** Done with a key of its own. */
  readonly act: (real: RealMoney, key: string, model: MoneyModel) => Promise<Answer>;
  /** What it means when it is not refused. */
  readonly means: (model: MoneyModel, answer: Answer) => void;
  /** What others do (banks, carriers, time) has no key. */
  readonly isKeyed?: boolean;
}

/** How often each kind of command was not refused. */
export const taken = new Map<string, number>();
export const done: Answer = { userErrors: [] };
export const always = (): boolean => true;
export const money = (units: number): bigint => BigInt(units) * 1_000n;
let keys = 0;

/** How long news of the PSP may take; less once something differed, so that finding the shortest way to it takes no hour. */
let newsMs = 4_000;
const SHRINKING_MS = 500;
const LOOK_AGAIN_MS = 8;

/** What a kind does, and that each cent then is where the model has it. Sent twice with its key it is done once. */
export async function perform(
  { name, act, means, isKeyed = true }: Kind,
  model: MoneyModel,
  real: RealMoney,
): Promise<void> {
  const key = `money ${String((keys += 1))}`;
  real.world.clock.advance(1);
  const answer = await act(real, key, model);
  if (answer.userErrors.length === 0) {
    const again = isKeyed ? await act(real, key, model) : answer;
    if (codes(again).length === 0) expect(idsIn(again)).toEqual(idsIn(answer));
    means(model, answer);
    const [kind = name] = name.split(' ');
    taken.set(kind, (taken.get(kind) ?? 0) + 1);
  }
  await agree(model, real);
}

/** One of the kinds that make sense when its turn comes, so that hardly a step is wasted. */
export function oneOf(kinds: readonly Kind[], pick: number): Command {
  let name = 'nothing yet';
  return {
    toString: () => name,
    check: always,
    run: async (model, real) => {
      const sensible = kinds.filter(({ when }) => when(model));
      const kind = sensible[pick % sensible.length];
      if (kind === undefined) return;
      name = kind.name;
      await perform(kind, model, real);
    },
  };
}

/** The PSP's word on what was done may take a moment. */
async function agree(model: MoneyModel, real: RealMoney): Promise<void> {
  const expected = expectedMoney(model);
  const deadline = Date.now() + newsMs;
  for (;;) {
    const seen = await seenMoney(real);
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() > deadline) {
      newsMs = SHRINKING_MS;
      expect(seen).toEqual(expected);
      throw new Error('alike, but not the same');
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Deadlines of these subjects are due now. */
export async function hasten(
  { world }: RealMoney,
  subjects: readonly string[],
  kind?: string,
): Promise<void> {
  await world.db.query(
    `update timer set "fireAt" = $3 where subject = any ($1) and ($2::text is null or kind = $2)
       and "fireAt" is not null`,
    [subjects, kind ?? null, world.clock.now()],
  );
  await fire(world);
}

/** Fires what is due. One that fails is put off: the look at the money says what came of it. */
export async function fire({ db, payments }: RealMoney['world']): Promise<void> {
  for (;;) {
    const fired = await fireDueTimers(db, payments.timers).catch(() => 1);
    if (fired === 0) return;
  }
}

/** What an answer is about; how it stands may have changed meanwhile. */
const idsIn = (answer: Answer): unknown[] =>
  Object.values(answer).map((value) => (value as { id?: string } | null)?.id);
