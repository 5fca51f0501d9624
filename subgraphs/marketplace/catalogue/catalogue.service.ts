import type { Database } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import type { CategoryRow } from './category.entity';
import type { ProductRow } from './product.entity';

/** Reads of the catalogue that do not go by id (those are batched by the loaders). All of it is public. */
export class CatalogueService {
  constructor(private readonly db: Database) {}

  productByHandle(handle: string): Promise<ProductRow | undefined> {
    return this.db.first<ProductRow>('select * from product where handle = $1', [
      handle.toLowerCase(),
    ]);
  }

  categoryByHandle(handle: string): Promise<CategoryRow | undefined> {
    return this.db.first<CategoryRow>('select * from category where handle = $1', [handle]);
  }

  /** Categories by handle; one more than the page holds. */
  categories({ size, backward, from }: PageRequest): Promise<CategoryRow[]> {
    const [past, order] = backward ? ['<', 'desc'] : ['>', 'asc'];
    return this.db.query<CategoryRow>(
      `select * from category where $1::text is null or handle ${past} $1
       order by handle ${order} limit $2`,
      [from?.[0] ?? null, size + 1],
    );
  }
}
