import { lengthOf } from '../catalogue/text.rules';

export const MIN_STARS = 1;
export const MAX_STARS = 5;
export const MAX_TITLE = 120;
export const MAX_BODY = 5_000;

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

/**
 * May this line be reviewed: the buyer has it (its shipment was delivered) or said so. A delivery that was taken back
 * does not count.
 */
export const isLineReviewable = (line: {
  readonly deliveredQuantity: number;
  readonly orderDelivered: boolean;
  readonly receiptConfirmed: boolean;
}): boolean => line.receiptConfirmed || line.orderDelivered || line.deliveredQuantity > 0;
