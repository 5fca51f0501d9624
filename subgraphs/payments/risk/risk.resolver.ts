import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { sortedJson } from '#kernel/json/sorted';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { riskDecisionIds, riskRuleSetIds } from '../payments.ids';
import type { ReviewState } from './review.machine';
import { mayReadRisk } from './risk-reader.service';
import type { RiskPoint } from './risk.rules';
import {
  RiskReviewDecideInput,
  RiskReviewDecidePayload,
  RiskRuleSetCreateInput,
  RiskRuleSetCreatePayload,
  RiskRuleSetPublishInput,
  RiskRuleSetPublishPayload,
} from './risk.input.types';
import {
  RiskBackRun,
  RiskDecision,
  RiskFiredRule,
  RiskPoints,
  RiskReview,
  RiskReviewConnection,
  RiskReviewStates,
  RiskRuleSet,
} from './risk.types';

const MAX_SNOOZE_DAYS = 90;
const DEFAULT_BACK_RUN = 1_000;

@Resolver(() => RiskDecision)
export class RiskDecisionResolver {
  @Query(() => RiskDecision, {
    nullable: true,
    description: 'What was judged and why; null unless operator or auditor.',
  })
  async riskDecision(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<RiskDecision | null> {
    return mayReadRisk(viewer) ? risk.reader.decision.load(id) : null;
  }

  @FieldResolver(() => RiskRuleSet, { description: 'The rules that judged it.' })
  async ruleSet(
    @Root() { ruleSetId }: RiskDecision,
    @Ctx() { risk }: PaymentsContext,
  ): Promise<RiskRuleSet> {
    return ruleSetOf(risk, ruleSetId);
  }

  @FieldResolver(() => String, {
    name: 'features',
    description: 'All that was known, as JSON: judging it again by the same rules gives the same.',
  })
  featuresText(@Root() { features }: RiskDecision): string {
    return sortedJson(features);
  }

  @FieldResolver(() => [RiskFiredRule], { description: 'The rules that fired.' })
  firedRules(@Root() { fired }: RiskDecision): RiskFiredRule[] {
    return fired.map(({ because, ...rule }) => ({
      ...rule,
      because: because.map(({ path, leaf, was }) => ({
        ...{ path, feature: leaf.feature, asked: sortedJson(leaf) },
        was: was === undefined ? null : JSON.stringify(was),
      })),
    }));
  }

  @FieldResolver(() => RiskReview, {
    nullable: true,
    description: 'What became of it, if it was left to a person.',
  })
  review(
    @Root() { id }: RiskDecision,
    @Ctx() { risk }: PaymentsContext,
  ): Promise<RiskReview | null> {
    return risk.reader.review.load(id);
  }
}

@Resolver(() => RiskReview)
export class RiskReviewResolver {
  @Query(() => RiskReviewConnection, {
    nullable: true,
    description: 'What waits for a person, newest first; null unless operator or auditor.',
  })
  async riskReviews(
    @Arg('state', () => RiskReviewStates, { nullable: true, description: 'Only those.' })
    state: ReviewState | null | undefined,
    @Arg('point', () => RiskPoints, { nullable: true, description: 'Only of this point.' })
    point: RiskPoint | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<Connection<RiskReview> | null> {
    if (!mayReadRisk(viewer)) return null;
    const page = pageRequest(args);
    const rows = await risk.reader.reviews({ state: state ?? null, point: point ?? null }, page);
    return connectionOf<RiskReview>(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => RiskReviewDecidePayload, {
    nullable: true,
    description:
      'Decides what the rules left to a person. Operators; never who buys or sells in it (DECIDER_CONFLICT).',
  })
  riskReviewDecide(
    @Arg('input', () => RiskReviewDecideInput, { description: 'Which, and how.' })
    input: RiskReviewDecideInput,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<Payload<{ review: RiskReview }>> {
    return RiskReviewDecidePayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const note = reasonOf(input.note, ['input', 'note']);
      const snoozeDays = input.snoozeDays ?? 0;
      if (snoozeDays < 0 || snoozeDays > MAX_SNOOZE_DAYS) {
        throw refuse('AMOUNT_INVALID', {
          ...{ field: ['input', 'snoozeDays'], message: `0 to ${MAX_SNOOZE_DAYS} days.` },
        });
      }
      const id = riskDecisionIds.parse(input.reviewId);
      if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'reviewId'] });
      await risk.reviews.decide(viewer, { key, id, isApproved: input.approve, note, snoozeDays });
      const review = await risk.reader.review.load(id);
      if (review === null) throw refuse('NOT_FOUND');
      return { review };
    });
  }

  @FieldResolver(() => RiskDecision, { description: 'Why it waits.' })
  async decision(
    @Root() { id }: RiskReview,
    @Ctx() { risk }: PaymentsContext,
  ): Promise<RiskDecision> {
    const found = await risk.reader.decision.load(id);
    if (found === null) throw refuse('NOT_FOUND');
    return found;
  }
}

@Resolver(() => RiskRuleSet)
export class RiskRuleSetResolver {
  @Query(() => [RiskRuleSet], {
    nullable: true,
    description: 'Sets of rules, newest first; null unless operator or auditor.',
  })
  async riskRuleSets(
    @Arg('point', () => RiskPoints, { nullable: true, description: 'Only of this point.' })
    point: RiskPoint | null | undefined,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<RiskRuleSet[] | null> {
    return mayReadRisk(viewer) ? risk.ruleSets.list(point ?? null) : null;
  }

  @Query(() => RiskBackRun, {
    nullable: true,
    description:
      'What a set of rules would have said about the latest decisions of its point; null unless operator or auditor.',
  })
  async riskBackRun(
    @Arg('ruleSetId', () => ID, { description: 'Which, also a draft.' }) ruleSetId: string,
    @Arg('latest', () => Int, { nullable: true, description: '1–10,000 decisions, default 1,000.' })
    latest: number | null | undefined,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<RiskBackRun | null> {
    if (!mayReadRisk(viewer)) return null;
    return (await risk.ruleSets.backRun(ruleSetId, latest ?? DEFAULT_BACK_RUN)) ?? null;
  }

  @Mutation(() => RiskRuleSetCreatePayload, {
    nullable: true,
    description: 'Writes a set of rules as a draft, which decides nothing. Operators only.',
  })
  riskRuleSetCreate(
    @Arg('input', () => RiskRuleSetCreateInput, { description: 'The rules.' })
    input: RiskRuleSetCreateInput,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<Payload<{ ruleSet: RiskRuleSet }>> {
    return RiskRuleSetCreatePayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const note = reasonOf(input.note, ['input', 'note']);
      const { point, rules } = input;
      const id = await risk.ruleSets.draft(viewer, { key, point, rules, note });
      return { ruleSet: await ruleSetOf(risk, id) };
    });
  }

  @Mutation(() => RiskRuleSetPublishPayload, {
    nullable: true,
    description:
      'Moves a set of rules into the shadow, makes it live, or retires it. Operators only.',
  })
  riskRuleSetPublish(
    @Arg('input', () => RiskRuleSetPublishInput, { description: 'Which, and where to.' })
    input: RiskRuleSetPublishInput,
    @Ctx() { viewer, risk }: PaymentsContext,
  ): Promise<Payload<{ ruleSet: RiskRuleSet }>> {
    return RiskRuleSetPublishPayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const id = riskRuleSetIds.parse(input.ruleSetId);
      if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'ruleSetId'] });
      await risk.ruleSets.publish(viewer, { key, id, to: input.to });
      return { ruleSet: await ruleSetOf(risk, id) };
    });
  }

  @FieldResolver(() => String, { name: 'rules', description: 'The rules, as JSON.' })
  rulesText(@Root() { rules }: RiskRuleSet): string {
    return sortedJson(rules);
  }
}

async function ruleSetOf(risk: PaymentsContext['risk'], id: string): Promise<RiskRuleSet> {
  const found = await risk.reader.ruleSet.load(id);
  if (found === null) throw refuse('NOT_FOUND');
  return found;
}
