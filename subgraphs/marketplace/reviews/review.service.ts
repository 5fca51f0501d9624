import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { refusals } from '#kernel/errors/refusal';
import type { PageRequest } from '#kernel/graphql/page';
import { fact } from '#contracts/fact';
import { type ProductId, topics } from '#contracts/ids';
import { cleanLine, cleanText } from '../catalogue/text.rules';
import { requireBuyer } from '../checkout/checkout.service';
import { factsOf, lineFactsOf, lockOrder, viewOf } from '../orders/order-view.service';
import type { OrderLineRow } from '../orders/order.entity';
import type { ReviewRow } from './review.entity';
import { reviewErrors } from './review.errors';
import { reviewIds } from './review.ids';
import { mayReviewLine, reviewProblem, type ReviewText } from './review.rules';

const refuse = refusals(reviewErrors);

export interface ReviewCreate {
  readonly orderLineId: string;
  readonly stars: number;
  readonly title: string | null;
  readonly body: string | null;
}

/** Told when a product's rating changed, in the same transaction. */
export interface RatingWatcher {
  ratingChangedIn(tx: Tx, productIds: readonly ProductId[]): Promise<void>;
}

/** A published review, with the title of what was bought. */
export interface ReviewView extends ReviewRow {
  readonly productLine: string;
}

const REVIEW = `
  select r.*, l.title as "productLine" from review r join "orderLine" l on l.id = r."orderLineId"`;

/** Buyers' words on what they got: one per line, published at once. */
export class ReviewService {
  constructor(
    private readonly db: Database,
    private readonly watcher: RatingWatcher,
  ) {}

  /** Published reviews by id: everyone may read them. */
  byIds(ids: readonly string[]): Promise<ReviewView[]> {
    return this.db.query<ReviewView>(`${REVIEW} where r.id = any ($1) and r.state = 'PUBLISHED'`, [
      ids,
    ]);
  }

  byLines(lineIds: readonly string[]): Promise<ReviewView[]> {
    return this.db.query<ReviewView>(
      `${REVIEW} where r."orderLineId" = any ($1) and r.state = 'PUBLISHED'`,
      [lineIds],
    );
  }

  /** A product's published reviews, newest first; one more than the page holds. */
  ofProduct(productId: string, { size, backward, from }: PageRequest): Promise<ReviewView[]> {
    const [past, order] = backward ? ['>', 'asc'] : ['<', 'desc'];
    return this.db.query<ReviewView>(
      `${REVIEW} where r."productId" = $1 and r.state = 'PUBLISHED' and ($2::text is null or r.id ${past} $2)
       order by r.id ${order} limit $3`,
      [productId, from?.[0] ?? null, size + 1],
    );
  }

  create(viewer: Viewer, input: ReviewCreate): Promise<ReviewView> {
    requireBuyer(viewer);
    const text: ReviewText = {
      stars: input.stars,
      title: input.title === null ? null : cleanLine(input.title),
      body: input.body === null ? null : cleanText(input.body),
    };
    const problem = reviewProblem(text);
    if (problem !== undefined) {
      throw refuse(problem, { field: [problem === 'STARS_INVALID' ? 'stars' : 'body'] });
    }
    return this.db.transaction(viewer, (tx) => this.createIn(tx, viewer, input.orderLineId, text));
  }

  private async createIn(
    tx: Tx,
    viewer: Viewer,
    lineId: string,
    text: ReviewText,
  ): Promise<ReviewView> {
    const line = await tx.first<OrderLineRow>('select * from "orderLine" where id = $1', [lineId]);
    // The order's lock keeps a retracted delivery and a review apart.
    const record = line && (await lockOrder(tx, line.orderId, viewer.accountId ?? null));
    const order = viewOf(viewer, record, 'orders:write');
    if (line === undefined || order?.party !== 'BUYER') {
      throw refuse('ORDER_LINE_NOT_FOUND', { field: ['orderLineId'] });
    }
    const refusal = mayReviewLine(factsOf(order), lineFactsOf(order, line.id));
    if (refusal !== undefined) throw refuse(refusal, { field: ['orderLineId'] });
    const review = await tx.first<ReviewRow>(
      `insert into review (id, "orderLineId", "orderId", "productId", "sellerId", "authorId", stars, title, body, state,
         "createdAt")
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'PUBLISHED', $10)
       on conflict ("orderLineId") do nothing returning *`,
      [
        reviewIds.create(),
        line.id,
        order.id,
        line.productId,
        order.sellerId,
        order.buyerId,
        text.stars,
        text.title,
        text.body,
        tx.now,
      ],
    );
    if (review === undefined) throw refuse('ALREADY_REVIEWED', { field: ['orderLineId'] });
    await this.countIn(tx, review);
    return { ...review, productLine: line.title };
  }

  /** Adds the stars to the product's and the seller's rating and tells the fact. */
  private async countIn(tx: Tx, review: ReviewRow): Promise<void> {
    for (const [table, id] of [
      ['product', review.productId],
      ['seller', review.sellerId],
    ] as const) {
      await tx.query(
        `update ${table} set "ratingCount" = "ratingCount" + 1, "ratingSum" = "ratingSum" + $2 where id = $1`,
        [id, review.stars],
      );
    }
    await this.watcher.ratingChangedIn(tx, [review.productId]);
    tx.publish(
      fact(
        'review.published',
        { subject: review.id, version: 1, topics: [topics.order(review.orderId)] },
        {
          orderId: review.orderId,
          sellerId: review.sellerId,
          buyerId: review.authorId,
          orderLineId: review.orderLineId,
          productId: review.productId,
          stars: review.stars,
        },
      ),
    );
  }
}
