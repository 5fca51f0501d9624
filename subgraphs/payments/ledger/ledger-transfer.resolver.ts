import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { PaymentsContext } from '../payments.context';
import { type ListedTransfer, type TransferFilter, numbered } from './ledger-list.service';
import { accountShown, codeName, ledgerUuid, modeOf } from './ledger-transfer.rules';
import {
  LedgerTransfer,
  LedgerTransferConnection,
  LedgerTransferWhereInput,
} from './ledger-transfer.types';
import { AccountKind } from './ledger.rules';

@Resolver(() => LedgerTransfer)
export class LedgerTransferResolver {
  @Query(() => LedgerTransferConnection, {
    nullable: true,
    description: 'Transfers of the ledger, newest first; null unless auditor or operator.',
  })
  async ledgerTransfers(
    @Arg('where', () => LedgerTransferWhereInput, {
      nullable: true,
      description: 'Which; all by default.',
    })
    where: LedgerTransferWhereInput | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, ledgerList }: PaymentsContext,
  ): Promise<Connection<LedgerTransfer> | null> {
    if (!ledgerList.mayRead(viewer)) return null;
    const page = numbered(pageRequest(args), 3);
    const filter = filterOf(where ?? {});
    const rows = filter === undefined ? [] : await ledgerList.transfers(filter, page);
    return connectionOf(rows.map(shown), page, ({ place }) => place);
  }
}

/** Undefined when nothing can be meant: an owner or subject that is no id. */
function filterOf(where: LedgerTransferWhereInput): TransferFilter | undefined {
  const { accountKind, ownerId, subjectId } = where;
  const [owner, subject] = [ownerId, subjectId].map((id) => (id == null ? null : ledgerUuid(id)));
  if (owner === undefined || subject === undefined) return undefined;
  return {
    accountKind: accountKind == null ? null : AccountKind[accountKind],
    ...{ owner, subject, from: where.from ?? null, to: where.to ?? null },
  };
}

function shown(row: ListedTransfer): LedgerTransfer & { readonly place: readonly string[] } {
  const { id, groupId, pendingId, correctsId, subject, at, createdAt } = row;
  return {
    ...{ id, groupId, pendingId, correctsId, subjectId: subject, at, createdAt },
    mode: modeOf(row.kind),
    code: codeName(row.code),
    debit: accountShown(row.debitKind, row.debitOwner),
    credit: accountShown(row.creditKind, row.creditOwner),
    amount: MoneyType.of(row.amount, row.currency),
    place: [String(row.epoch), row.xid, row.seq.toString()],
  };
}
