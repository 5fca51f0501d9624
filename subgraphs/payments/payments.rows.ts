import DataLoader from 'dataloader';
import type { SellerId } from '#contracts/ids';
import type { Queries } from '#kernel/db/database';

/** A row inside an escrow, payment or refund with the currency its amounts are in. */
export type InCurrency<T> = T & { readonly currency: string };

/** Makes loaders: what one request asks of a table is one statement, however many rows it is about. */
export class Rows {
  constructor(private readonly db: Queries) {}

  /** At most one row for each key; null where there is none and where the viewer may not see it. */
  one<T extends object>(
    sql: string,
    keyOf: (row: T) => string,
    mayBeSeen: (row: T) => boolean | Promise<boolean>,
  ): DataLoader<string, T | null> {
    return new DataLoader<string, T | null>(async (keys) => {
      const rows = await this.db.query<T>(sql, [keys]);
      const byKey = new Map(rows.map((row) => [keyOf(row), row]));
      return Promise.all(
        keys.map(async (key) => {
          const row = byKey.get(key);
          return row !== undefined && (await mayBeSeen(row)) ? row : null;
        }),
      );
    });
  }

  /** All rows of each key, in the order of the statement. */
  many<T extends object>(sql: string, keyOf: (row: T) => string): DataLoader<string, T[]> {
    return new DataLoader<string, T[]>(async (keys) => {
      const byKey = new Map<string, T[]>(keys.map((key) => [key, []]));
      for (const row of await this.db.query<T>(sql, [keys])) byKey.get(keyOf(row))?.push(row);
      return keys.map((key) => byKey.get(key) ?? []);
    });
  }

  /**
   * What a seller has in a currency: the statement has one row for each place of `$1` and `$2`, in their order. Nothing is
   * kept: a mutation may have moved it since.
   */
  perCurrency<T extends object>(
    sql: string,
    more: (keys: readonly SellerCurrency[]) => unknown[] = () => [],
  ): DataLoader<SellerCurrency, T> {
    const read = (keys: readonly SellerCurrency[]): Promise<T[]> => {
      const sellers = keys.map(({ sellerId }) => sellerId);
      const currencies = keys.map(({ currency }) => currency);
      return this.db.query<T>(sql, [sellers, currencies, ...more(keys)]);
    };
    return new DataLoader<SellerCurrency, T>(read, { cache: false });
  }
}

/** Whose money, in which currency (ISO 4217). */
export interface SellerCurrency {
  readonly sellerId: SellerId;
  readonly currency: string;
}
