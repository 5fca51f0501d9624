import { mayReviewLine, reviewProblem } from './review.rules';

test('stars are whole and 1 to 5, texts are short', () => {
  const of = (stars: number, title: string | null = null, body: string | null = null) =>
    reviewProblem({ stars, title, body });
  expect([0, 1, 5, 6, 2.5].map((stars) => of(stars))).toEqual([
    'STARS_INVALID',
    undefined,
    undefined,
    'STARS_INVALID',
    'STARS_INVALID',
  ]);
  expect(of(5, '😀'.repeat(120), 'x'.repeat(5_000))).toBeUndefined();
  expect(of(5, 'x'.repeat(121))).toBe('REVIEW_TEXT_INVALID');
  expect(of(5, null, 'x'.repeat(5_001))).toBe('REVIEW_TEXT_INVALID');
});

test('a line can be reviewed once it is there or said to be, by someone not of the seller', () => {
  const order = { delivered: false, receiptConfirmed: false, isMember: false };
  const line = { deliveredQuantity: 0, reviewed: false };
  expect(mayReviewLine(order, line)).toBe('NOT_DELIVERED');
  expect(mayReviewLine(order, { ...line, deliveredQuantity: 1 })).toBeUndefined();
  expect(mayReviewLine({ ...order, delivered: true }, line)).toBeUndefined();
  expect(mayReviewLine({ ...order, receiptConfirmed: true }, line)).toBeUndefined();
  expect(mayReviewLine({ ...order, delivered: true }, { ...line, reviewed: true })).toBe(
    'ALREADY_REVIEWED',
  );
  expect(mayReviewLine({ ...order, delivered: true, isMember: true }, line)).toBe('REVIEW_LINKED');
});
