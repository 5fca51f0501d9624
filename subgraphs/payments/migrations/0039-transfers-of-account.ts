/**
 * An account's transfers in the order of the ledger, so that lists of a kind of accounts merge them and need not look
 * through all. In place of an order by sequence alone, which nothing asks for.
 */
export const TRANSFERS_OF_ACCOUNT = `
  create index ledger_transfer_debited on ledger_transfer (debit, epoch, xid, seq);
  create index ledger_transfer_credited on ledger_transfer (credit, epoch, xid, seq);
  drop index ledger_transfer_debit_seq_idx, ledger_transfer_credit_seq_idx;
`;
