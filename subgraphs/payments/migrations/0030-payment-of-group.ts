/** A group's payments are asked for with each of its orders, ended ones too. */
export const PAYMENT_OF_GROUP = `
  create index on payment ("orderGroupId", id);
`;
