/**
 * An order's money in parts: what left with one parcel has deadlines of its own. A tranche knows its fees and which
 * goods it pays for.
 */
export const TRANCHES = `
  alter table tranche
    drop constraint tranche_kind_check,
    add constraint tranche_kind_check check (kind in ('WHOLE', 'SHIPMENT')),
    add "commissionMinor" bigint not null default 0 check ("commissionMinor" >= 0),
    add "taxMinor" bigint not null default 0 check ("taxMinor" >= 0),
    add "shipmentId" text collate "C" unique,
    add constraint tranche_shipment check (kind = 'WHOLE' or "shipmentId" is not null);
  update tranche t set "commissionMinor" = e."commissionMinor", "taxMinor" = e."taxMinor"
    from escrow e where e.id = t."escrowId";
  create index on tranche ("escrowId");

  create table "trancheLine" (
    "trancheId" text collate "C" not null references tranche,
    "orderLineId" text collate "C" not null,
    quantity integer not null check (quantity > 0),
    "amountMinor" bigint not null check ("amountMinor" >= 0),
    primary key ("trancheId", "orderLineId")
  );

  alter table refund
    drop constraint refund_source_check,
    add constraint refund_source_check
      check (source in ('TRANCHE', 'CLAW_BACK', 'BOTH', 'LATE_MONEY'));
`;
