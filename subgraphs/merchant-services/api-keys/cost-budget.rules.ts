/** More is no budget any more. The table says the same. */
export const MAX_COST_BUDGET = 1_000_000;

/**
 * What a key may spend at once. Its owner may set it lower than what every caller has, so that one program does not use
 * up what the others need; more than that is a promise of the platform, so only an operator gives it.
 */
export const isCostBudget = (
  budget: number,
  { standard, isOperator }: { readonly standard: number; readonly isOperator: boolean },
): boolean =>
  Number.isInteger(budget) &&
  budget >= 1 &&
  budget <= (isOperator ? MAX_COST_BUDGET : Math.min(standard, MAX_COST_BUDGET));
