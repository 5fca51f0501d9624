import { MAX_COST_BUDGET, isCostBudget } from './cost-budget.rules';

const owner = (standard = 2_000) => ({ standard, isOperator: false });
const operator = { standard: 2_000, isOperator: true };

test.each([
  [1, owner(), true],
  [2_000, owner(), true],
  [2_001, owner(), false],
  [0, owner(), false],
  [-5, owner(), false],
  [1.5, owner(), false],
  [2_001, operator, true],
  [MAX_COST_BUDGET, operator, true],
  [MAX_COST_BUDGET + 1, operator, false],
  [0, operator, false],
  [MAX_COST_BUDGET + 1, owner(MAX_COST_BUDGET * 2), false],
])('%s by %o: %s', (budget, by, expected) => {
  expect(isCostBudget(budget, by)).toBe(expected);
});
