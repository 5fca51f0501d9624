import type { FormattedExecutionResult } from 'graphql';
import type { Fact } from '#kernel/events/fact';
import type { CursorCodec, Vector } from './cursor';
import { message } from './live-answer';
import type { LivePlan } from './live-plan';
import type { LiveMessage } from './outlet';

/** A message for a fact, written once for all who get it. It is text: nobody can change what others are sent. */
export class GroupMessage implements LiveMessage {
  readonly json: string;
  readonly cursor: string;

  constructor(
    plan: LivePlan,
    answer: FormattedExecutionResult,
    cursors: CursorCodec,
    readonly fact: Fact,
    /** Where a subscriber stands who has everything up to this message. */
    readonly place: Vector,
  ) {
    const { type: eventType, time: occurredAt } = fact;
    this.cursor = cursors.encode(plan.topics, place);
    const occasion = { kind: 'CHANGE', eventType, occurredAt, cursor: this.cursor } as const;
    this.json = JSON.stringify(message(plan, answer, occasion));
  }
}
