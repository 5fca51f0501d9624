/** What merchant-services knows of a live API key. */
export interface KeyCaller {
  readonly keyId: string;
  readonly accountId: string;
  /** Sellers that the key is bound to. */
  readonly tenantIds: readonly string[];
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
  /** Size of its cost budget, when it has one of its own. */
  readonly costBudget?: number | null;
}

/** Finds the owner of a key by its SHA-256 (hex). */
export interface KeyDirectory {
  find(hash: string, correlationId: string): Promise<KeyCaller | undefined>;
}
