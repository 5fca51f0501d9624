import type { Tx } from '#kernel/db/database';
import {
  AccountKind,
  type AccountKindName,
  TransferCode,
  type TransferCodeName,
} from './ledger.rules';

/** A movement of money between kinds of accounts, minor units. */
export interface PostedLeg {
  readonly code: TransferCodeName;
  readonly from: AccountKindName;
  readonly to: AccountKindName;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Only reserved so far. */
  readonly pending: boolean;
}

const POSTED = `
  select t.code, t.kind = 2 as pending, t.amount as "amountMinor", t.currency::text as currency,
    d.kind as "from", c.kind as "to"
  from ledger_transfer t join ledger_account d on d.id = t.debit
    join ledger_account c on c.id = t.credit
  where t.epoch = (select max(epoch) from ledger_transfer) and t.xid = pg_current_xact_id()
    and t.kind <> 4
  order by t.seq`;

type Numbered = Omit<PostedLeg, 'code' | 'from' | 'to'> & {
  readonly code: number;
  readonly from: number;
  readonly to: number;
};

const namesOf = <Name extends string>(numbers: Readonly<Record<Name, number>>) =>
  new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
const KINDS = namesOf<AccountKindName>(AccountKind);
const CODES = namesOf<TransferCodeName>(TransferCode);

/** Everything that this transaction has posted, in its order. A dry run shows it instead of committing it. */
export async function postedIn(tx: Tx): Promise<PostedLeg[]> {
  const rows = await tx.query<Numbered>(POSTED);
  return rows.map(({ code, from, to, ...leg }) => ({
    ...leg,
    code: named(CODES, code),
    from: named(KINDS, from),
    to: named(KINDS, to),
  }));
}

function named<Name>(names: ReadonlyMap<number, Name>, number: number): Name {
  const name = names.get(number);
  if (name === undefined) throw new Error(`the ledger knows no ${number}`);
  return name;
}
