import { prefixOf, uuidOf } from '#kernel/ids/id';
import {
  AccountKind,
  type AccountKindName,
  PLATFORM,
  TransferCode,
  type TransferCodeName,
} from './ledger.rules';

/** How a transfer counts; the place is the number that is stored. */
export type TransferMode = 'POSTED' | 'PENDING' | 'POST' | 'VOID';
const MODES: readonly TransferMode[] = ['POSTED', 'PENDING', 'POST', 'VOID'];

const namesOf = <Name extends string>(numbers: Readonly<Record<Name, number>>) =>
  new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));
const KINDS = namesOf<AccountKindName>(AccountKind);
const CODES = namesOf<TransferCodeName>(TransferCode);

/** What the numbers of a transfer are called. One that nobody knows stays a number: an auditor must see it. */
export const modeOf = (kind: number): TransferMode => MODES[kind - 1] ?? 'POSTED';
export const codeName = (code: number): string => CODES.get(code) ?? `CODE_${String(code)}`;

/** An account as an auditor is told of it. */
export function accountShown(kind: number, owner: string) {
  const name = KINDS.get(kind);
  if (name === undefined) throw new Error(`the ledger knows no account kind ${String(kind)}`);
  return { kind: name, ownerId: owner === PLATFORM ? null : owner };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The UUID that a public id holds, or that was given; undefined when it is neither. */
export function ledgerUuid(text: string): string | undefined {
  if (UUID.test(text)) return text.toLowerCase();
  return prefixOf(text) === undefined ? undefined : uuidOf(text);
}
