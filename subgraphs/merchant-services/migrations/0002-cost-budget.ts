/** What a key may spend at once at the gateway, when that is not what every caller may. */
export const COST_BUDGET = `
  alter table "apiKey" add column "costBudget" integer check ("costBudget" between 1 and 1000000);
`;
