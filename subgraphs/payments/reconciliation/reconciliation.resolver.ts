import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { reconciliationItemIds } from '../payments.ids';
import { looksLikeCardNumber } from '../payments/payment.rules';
import type { ItemState } from './reconciliation-item.rules';
import {
  ReconciliationItem,
  ReconciliationItemConnection,
  ReconciliationItemResolveInput,
  ReconciliationItemResolvePayload,
  ReconciliationItemStates,
  ReconciliationRun,
  ReconciliationRunConnection,
  ReconciliationRunInput,
  ReconciliationRunPayload,
} from './reconciliation.types';

@Resolver(() => ReconciliationRun)
export class ReconciliationRunResolver {
  @Query(() => ReconciliationRunConnection, {
    nullable: true,
    description: 'Comparisons with the provider, newest first; null unless operator or auditor.',
  })
  async reconciliationRuns(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, reconciliation }: PaymentsContext,
  ): Promise<Connection<ReconciliationRun> | null> {
    if (!reconciliation.mayRead(viewer)) return null;
    const page = pageRequest(args);
    return connectionOf<ReconciliationRun>(await reconciliation.runs(page), page, ({ id }) => [id]);
  }

  @Mutation(() => ReconciliationRunPayload, {
    nullable: true,
    description: 'Compares a period with the provider’s report and the bank statement. Operators.',
  })
  reconciliationRun(
    @Arg('input', () => ReconciliationRunInput, { description: 'What to compare.' })
    input: ReconciliationRunInput,
    @Ctx() { viewer, reconciliation }: PaymentsContext,
  ): Promise<Payload<{ reconciliationRun: ReconciliationRun }>> {
    return ReconciliationRunPayload.settle(async () => {
      const id = await reconciliation.run(viewer, {
        key: keyOf(input.idempotencyKey),
        from: input.from,
        to: input.to,
        bankStatement: input.bankStatement ?? '',
      });
      const run = await reconciliation.find(id);
      if (run === undefined) throw new Error(`run ${id} is gone`);
      return { reconciliationRun: run };
    });
  }
}

@Resolver(() => ReconciliationItem)
export class ReconciliationItemResolver {
  @Query(() => ReconciliationItemConnection, {
    nullable: true,
    description: 'What was compared, newest first; null unless operator or auditor.',
  })
  async reconciliationItems(
    @Arg('state', () => ReconciliationItemStates, {
      nullable: true,
      description: 'Only those in this state.',
    })
    state: ItemState | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, reconciliation }: PaymentsContext,
  ): Promise<Connection<ReconciliationItem> | null> {
    if (!reconciliation.mayRead(viewer)) return null;
    const page = pageRequest(args);
    const rows = await reconciliation.items(state ?? null, page);
    return connectionOf<ReconciliationItem>(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => ReconciliationItemResolvePayload, {
    nullable: true,
    description: 'Proposes to write an item off or, as a second operator, agrees. Operators.',
  })
  reconciliationItemResolve(
    @Arg('input', () => ReconciliationItemResolveInput, { description: 'Which and why.' })
    input: ReconciliationItemResolveInput,
    @Ctx() { viewer, reconciliation, resolutions }: PaymentsContext,
  ): Promise<Payload<{ reconciliationItem: ReconciliationItem }>> {
    return ReconciliationItemResolvePayload.settle(async () => {
      const itemId = reconciliationItemIds.parse(input.itemId);
      const { reason } = input;
      if (reason.trim() === '' || reason.length > 500 || looksLikeCardNumber(reason)) {
        throw refuse('REASON_INVALID', { field: ['input', 'reason'] });
      }
      const key = keyOf(input.idempotencyKey);
      if (itemId === undefined) throw refuse('NOT_FOUND', { field: ['input', 'itemId'] });
      await resolutions.resolve(viewer, { key, itemId, reason });
      const item = await reconciliation.findItem(itemId);
      if (item === undefined) throw refuse('NOT_FOUND');
      return { reconciliationItem: item };
    });
  }

  @FieldResolver(() => MoneyType, {
    description: 'What our books (PSP) or the provider (BANK) say; 0 when they say nothing.',
  })
  expected(@Root() { expectedMinor, currency }: ReconciliationItem): MoneyType {
    return MoneyType.of(expectedMinor, currency);
  }

  @FieldResolver(() => MoneyType, {
    description: 'What the provider (PSP) or the bank (BANK) says; 0 when it says nothing.',
  })
  actual(@Root() { actualMinor, currency }: ReconciliationItem): MoneyType {
    return MoneyType.of(actualMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What the provider kept of it.' })
  fee(@Root() { feeMinor, currency }: ReconciliationItem): MoneyType {
    return MoneyType.of(feeMinor, currency);
  }
}
