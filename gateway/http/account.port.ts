/** Asks the owner of accounts. */
export interface AccountDirectory {
  /** What a token of the account has to say at least; undefined when there is no such account. */
  permVersion(accountId: string, correlationId: string): Promise<number | undefined>;
}
