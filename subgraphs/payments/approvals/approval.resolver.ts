import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { sortedJson } from '#kernel/json/sorted';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { type ApprovalId, approvalIds } from '../payments.ids';
import type { ApprovalState } from './approval.machine';
import {
  Approval,
  ApprovalConnection,
  ApprovalGrantInput,
  ApprovalGrantPayload,
  ApprovalRejectInput,
  ApprovalRejectPayload,
  ApprovalStates,
} from './approval.types';

@Resolver(() => Approval)
export class ApprovalResolver {
  @Query(() => Approval, {
    nullable: true,
    description: 'One proposal; null unless operator or auditor.',
  })
  async approval(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { viewer, approvals }: PaymentsContext,
  ): Promise<Approval | null> {
    return approvals.mayRead(viewer) ? ((await approvals.find(id)) ?? null) : null;
  }

  @Query(() => ApprovalConnection, {
    nullable: true,
    description:
      'Acts that two people must agree on, newest first; null unless operator or auditor.',
  })
  async approvals(
    @Arg('state', () => ApprovalStates, {
      nullable: true,
      description: 'Only those in this state.',
    })
    state: ApprovalState | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, approvals }: PaymentsContext,
  ): Promise<Connection<Approval> | null> {
    if (!approvals.mayRead(viewer)) return null;
    const page = pageRequest(args);
    const rows = await approvals.list(state ?? null, page);
    return connectionOf<Approval>(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => ApprovalGrantPayload, {
    nullable: true,
    description: 'Does what somebody else has proposed. Operators; never who proposed it.',
  })
  approvalGrant(
    @Arg('input', () => ApprovalGrantInput, { description: 'Which.' }) input: ApprovalGrantInput,
    @Ctx() { viewer, approvals }: PaymentsContext,
  ): Promise<Payload<{ approval: Approval }>> {
    return ApprovalGrantPayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const id = await approvals.grant(viewer, { key, id: idOf(input.approvalId) });
      return { approval: await found(approvals, id) };
    });
  }

  @Mutation(() => ApprovalRejectPayload, {
    nullable: true,
    description: 'Ends a proposal without doing it. Operators, also who proposed it.',
  })
  approvalReject(
    @Arg('input', () => ApprovalRejectInput, { description: 'Which, and why.' })
    input: ApprovalRejectInput,
    @Ctx() { viewer, approvals }: PaymentsContext,
  ): Promise<Payload<{ approval: Approval }>> {
    return ApprovalRejectPayload.settle(async () => {
      const key = keyOf(input.idempotencyKey);
      const reason = reasonOf(input.reason);
      const id = await approvals.reject(viewer, { key, id: idOf(input.approvalId), reason });
      return { approval: await found(approvals, id) };
    });
  }

  @FieldResolver(() => String, {
    name: 'input',
    description: 'All that the act will do, as JSON: what is granted is exactly this.',
  })
  inputText(@Root() { input }: Approval): string {
    return sortedJson(input);
  }
}

function idOf(text: string): ApprovalId {
  const id = approvalIds.parse(text);
  if (id === undefined) throw refuse('NOT_FOUND', { field: ['input', 'approvalId'] });
  return id;
}

async function found(approvals: PaymentsContext['approvals'], id: string): Promise<Approval> {
  const row = await approvals.find(id);
  if (row === undefined) throw refuse('NOT_FOUND');
  return row;
}
