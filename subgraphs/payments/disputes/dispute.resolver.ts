import {
  Arg,
  Args,
  Ctx,
  Directive,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { type DisputeId, disputeIds, orderIds } from '#contracts/ids';
import { hasRole } from '#kernel/auth/viewer';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyInput } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { Cursor } from '#kernel/graphql/scalars';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  DisputeAcceptInput,
  DisputeAppealInput,
  DisputeCounterInput,
  DisputeEscalateInput,
  DisputeOpenInput,
  DisputeRefuseInput,
  DisputeWithdrawInput,
} from './dispute.input.types';
import type { DisputeState } from './dispute.machine';
import {
  DisputeAcceptPayload,
  DisputeAppealPayload,
  DisputeCounterPayload,
  DisputeEscalatePayload,
  DisputeOpenPayload,
  DisputeRefusePayload,
  DisputeWithdrawPayload,
} from './dispute.payload.types';
import { Dispute, DisputeConnection, DisputeStates, DisputeUpdate } from './dispute.types';

const MOST_LINES = 50;

@Resolver(() => Dispute)
export class DisputeResolver {
  @Query(() => Dispute, {
    nullable: true,
    description: 'One dispute; null unless the caller is a side of it, an operator or an auditor.',
  })
  async dispute(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load, grants }: PaymentsContext,
  ): Promise<Dispute | null> {
    const dispute = await load.dispute.load(id);
    if (dispute !== null) await load.grant(grants, dispute);
    return dispute;
  }

  @Query(() => DisputeConnection, {
    nullable: true,
    description:
      'Disputes, newest first: a seller’s for who acts for it, else the caller’s own as a buyer; all of them for operators and auditors. Null for strangers.',
  })
  async disputes(
    @Arg('sellerId', () => ID, { nullable: true, description: 'Only this seller’s.' })
    sellerId: string | null | undefined,
    @Arg('state', () => DisputeStates, { nullable: true, description: 'Only those in this state.' })
    state: DisputeState | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, load, disputeList }: PaymentsContext,
  ): Promise<Connection<Dispute> | null> {
    const page = pageRequest(args);
    const readsAll = hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');
    const read = () => {
      if (sellerId != null) return disputeList.ofParty('sellerId', sellerId, state ?? null, page);
      if (readsAll) return disputeList.all(state ?? null, page);
      return disputeList.ofParty('buyerId', viewer.accountId ?? '', state ?? null, page);
    };
    const may = sellerId == null ? viewer.kind === 'USER' : await load.actsFor(sellerId);
    return may || readsAll ? connectionOf<Dispute>(await read(), page, ({ id }) => [id]) : null;
  }

  @Directive(
    '@live(topics: ["dispute:{id}"], query: "dispute", delivery: "LOSSLESS", share: "PARTY")',
  )
  @NeedsScope('payments:read')
  @Subscription(() => DisputeUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'What happens in one dispute, as it commits; for those who may read it.',
  })
  disputeUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Which.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }

  @Mutation(() => DisputeOpenPayload, {
    nullable: true,
    description: 'The buyer complains: the money is frozen until both agree or it is decided.',
  })
  disputeOpen(
    @Arg('input', () => DisputeOpenInput, { description: 'What, and why.' })
    input: DisputeOpenInput,
    @Ctx() { viewer, disputeOpening, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeOpenPayload.settle(async () => {
      const orderId = orderIds.parse(input.orderId);
      if (orderId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
      const lines = (input.lines ?? []).map(({ orderLineId, quantity }) => ({
        orderLineId,
        quantity,
      }));
      if (lines.length > MOST_LINES) throw refuse('AMOUNT_INVALID', { field: ['input', 'lines'] });
      const { kind, reason, trancheId, amount } = input;
      const id = await disputeOpening.open(viewer, {
        ...{ key: keyOf(input.idempotencyKey), orderId, lines, kind, reason },
        trancheId: trancheId ?? undefined,
        amount: amount == null ? undefined : MoneyInput.toMoney(amount),
        text: reasonOf(input.text, ['input', 'text']),
      });
      return { dispute: await found(load, id) };
    });
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeAcceptPayload, {
    nullable: true,
    description: 'Agrees with the other side. Buyer or seller (key scope `payments:write`).',
  })
  disputeAccept(
    @Arg('input', () => DisputeAcceptInput, { description: 'Which.' }) input: DisputeAcceptInput,
    @Ctx() { viewer, disputeTalk, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeAcceptPayload.settle(async () => {
      const proposalVersion = input.proposalVersion ?? undefined;
      const id = await disputeTalk.accept(viewer, { ...actOf(input), proposalVersion });
      return { dispute: await found(load, id) };
    });
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeCounterPayload, {
    nullable: true,
    description: 'Puts other terms forward. Buyer or seller (key scope `payments:write`).',
  })
  disputeCounter(
    @Arg('input', () => DisputeCounterInput, { description: 'The terms.' })
    input: DisputeCounterInput,
    @Ctx() { viewer, disputeTalk, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeCounterPayload.settle(async () => {
      const { proposalVersion, kind } = input;
      const id = await disputeTalk.counter(viewer, {
        ...{ ...actOf(input), proposalVersion, kind },
        amount: MoneyInput.toMoney(input.amount),
        text: reasonOf(input.text, ['input', 'text']),
      });
      return { dispute: await found(load, id) };
    });
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeRefusePayload, {
    nullable: true,
    description:
      'The seller says no, or contests what came back (its members; key scope `payments:write`).',
  })
  disputeRefuse(
    @Arg('input', () => DisputeRefuseInput, { description: 'Which, and why.' })
    input: DisputeRefuseInput,
    @Ctx() { viewer, disputeTalk, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeRefusePayload.settle(async () => {
      const reason = reasonOf(input.reason);
      const id = await disputeTalk.refuse(viewer, { ...actOf(input), reason });
      return { dispute: await found(load, id) };
    });
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeEscalatePayload, {
    nullable: true,
    description:
      'Asks for a decision, from three days on; while evidence is collected: this side has nothing to add.',
  })
  disputeEscalate(
    @Arg('input', () => DisputeEscalateInput, { description: 'Which.' })
    input: DisputeEscalateInput,
    @Ctx() { viewer, disputeTalk, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeEscalatePayload.settle(async () => ({
      dispute: await found(load, await disputeTalk.escalate(viewer, actOf(input))),
    }));
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeWithdrawPayload, {
    nullable: true,
    description: 'The buyer gives up: the money goes on by its deadlines.',
  })
  disputeWithdraw(
    @Arg('input', () => DisputeWithdrawInput, { description: 'Which.' })
    input: DisputeWithdrawInput,
    @Ctx() { viewer, disputeTalk, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeWithdrawPayload.settle(async () => ({
      dispute: await found(load, await disputeTalk.withdraw(viewer, actOf(input))),
    }));
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeAppealPayload, {
    nullable: true,
    description:
      'Asks within 72 hours that another operator looks at a decision: either side, once a dispute.',
  })
  disputeAppeal(
    @Arg('input', () => DisputeAppealInput, { description: 'Which, and why.' })
    input: DisputeAppealInput,
    @Ctx() { viewer, disputeAppeals, load }: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute }>> {
    return DisputeAppealPayload.settle(async () => {
      const reason = reasonOf(input.reason);
      const id = await disputeAppeals.appeal(viewer, { ...actOf(input), reason });
      return { dispute: await found(load, id) };
    });
  }
}

function actOf(input: { readonly disputeId: string; readonly idempotencyKey: string }): {
  readonly key: string;
  readonly disputeId: DisputeId;
} {
  const disputeId = disputeIds.parse(input.disputeId);
  if (disputeId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'disputeId'] });
  return { key: keyOf(input.idempotencyKey), disputeId };
}

async function found(load: PaymentsContext['load'], id: DisputeId): Promise<Dispute> {
  const dispute = await load.dispute.load(id);
  if (dispute === null) throw refuse('NOT_FOUND');
  return dispute;
}
