import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { LedgerAccountKinds } from './account-kind.types';
import type { AccountKindName } from './ledger.rules';
import type { TransferMode } from './ledger-transfer.rules';

const Modes = enumOf<TransferMode>(['POSTED', 'PENDING', 'POST', 'VOID']);
registerEnumType(Modes, {
  name: 'LedgerTransferMode',
  description: 'How a transfer counts.',
  valuesConfig: {
    POSTED: { description: 'It moves money.' },
    PENDING: { description: 'It reserves money.' },
    POST: { description: 'It moves what was reserved.' },
    VOID: { description: 'It lets go of what was reserved.' },
  },
});

@ObjectType({ description: 'An account of the ledger, by what it holds and whose it is.' })
export class LedgerAccount {
  @Field(() => LedgerAccountKinds, { description: 'What it holds.' })
  kind!: AccountKindName;

  @Field(() => ID, {
    nullable: true,
    description: 'The UUID inside its owner’s id; null for the platform’s own.',
  })
  ownerId!: string | null;
}

@ObjectType({
  implements: NodeType,
  description:
    'One movement in the ledger; it never changes. Its id is a UUID. Auditors and operators.',
})
export class LedgerTransfer extends NodeType {
  @Field(() => ID, { description: 'Transfers of one use case share it.' })
  groupId!: string;

  @Field(() => Modes, { description: 'How it counts.' })
  mode!: TransferMode;

  @Field(() => String, { description: 'Why money moves, e.g. `RELEASE_SELLER`.' })
  code!: string;

  @Field(() => LedgerAccount, { description: 'The account that is debited.' })
  debit!: LedgerAccount;

  @Field(() => LedgerAccount, { description: 'The account that is credited.' })
  credit!: LedgerAccount;

  @Field(() => MoneyType, { description: 'How much.' })
  amount!: MoneyType;

  @Field(() => ID, { nullable: true, description: 'The UUID inside the id of what it is about.' })
  subjectId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The reservation that it resolves.' })
  pendingId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The transfer that it puts right.' })
  correctsId!: string | null;

  @Field(() => DateTime, { description: 'When its cause happened.' })
  at!: Date;

  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt!: Date;
}

export const LedgerTransferConnection = connectionType('LedgerTransfer', () => LedgerTransfer);

@InputType({ description: 'Which transfers; all of what is given must hold.' })
export class LedgerTransferWhereInput {
  @Field(() => LedgerAccountKinds, {
    nullable: true,
    description: 'One of its accounts is of this kind.',
  })
  accountKind?: AccountKindName | null;

  @Field(() => ID, {
    nullable: true,
    description: 'One of its accounts is of this owner: a public id (`sel_…`) or its UUID.',
  })
  ownerId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'It is about this: a public id (`ptd_…`) or its UUID.',
  })
  subjectId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Written at this time or later.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Written before this time.' })
  to?: Date | null;
}
