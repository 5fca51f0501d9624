/** What both parties accepted, by its hash; the text travels with `order.placed`. It never changes, like the amounts. */
export const ORDER_CONTRACTS = `
  alter table "order" add "contractHash" text collate "C" not null default '';
  drop trigger "order_amountsImmutable" on "order";
  create trigger "order_amountsImmutable" before update on "order" for each row
    when ((old."orderGroupId", old.number, old."buyerId", old."sellerId", old.currency, old."subtotalMinor",
           old."shippingMinor", old."taxMinor", old."commissionMinor", old."totalMinor", old."placedAt",
           old."contractHash")
      is distinct from
          (new."orderGroupId", new.number, new."buyerId", new."sellerId", new.currency, new."subtotalMinor",
           new."shippingMinor", new."taxMinor", new."commissionMinor", new."totalMinor", new."placedAt",
           new."contractHash"))
    execute function "refuseAgreedChange"();
`;
