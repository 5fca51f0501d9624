import { lengthOf } from '../catalogue/text.rules';

const MIN_STARS = 1;
const MAX_STARS = 5;
const MAX_TITLE = 120;
const MAX_BODY = 5_000;

export interface ReviewText {
  readonly stars: number;
  readonly title: string | null;
  readonly body: string | null;
}

export type ReviewTextProblem = 'STARS_INVALID' | 'REVIEW_TEXT_INVALID';

/** What is wrong with a review as written. */
export function reviewProblem({ stars, title, body }: ReviewText): ReviewTextProblem | undefined {
  if (!Number.isInteger(stars) || stars < MIN_STARS || stars > MAX_STARS) return 'STARS_INVALID';
  if (lengthOf(title ?? '') > MAX_TITLE || lengthOf(body ?? '') > MAX_BODY) {
    return 'REVIEW_TEXT_INVALID';
  }
  return undefined;
}

/** What must be known to judge whether a line may be reviewed. */
export interface ReviewableLine {
  /** Units of it that were delivered and not taken back. */
  readonly deliveredQuantity: number;
  readonly reviewed: boolean;
}

export interface ReviewableOrder {
  /** All of the order was delivered. */
  readonly delivered: boolean;
  readonly receiptConfirmed: boolean;
  /** The buyer belongs to the seller. */
  readonly isMember: boolean;
}

export type ReviewRefusal = 'REVIEW_LINKED' | 'NOT_DELIVERED' | 'ALREADY_REVIEWED';

/** May the buyer review this line: they have it or said so, and have not reviewed it yet. */
export function mayReviewLine(
  order: ReviewableOrder,
  line: ReviewableLine,
): ReviewRefusal | undefined {
  if (order.isMember) return 'REVIEW_LINKED';
  const arrived = order.receiptConfirmed || order.delivered || line.deliveredQuantity > 0;
  if (!arrived) return 'NOT_DELIVERED';
  return line.reviewed ? 'ALREADY_REVIEWED' : undefined;
}
