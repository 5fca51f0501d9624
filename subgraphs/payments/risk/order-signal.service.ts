import type { Address } from '#contracts/fact-fields';
import type { Tx } from '#kernel/db/database';
import { comparable } from '#kernel/text/comparable.rules';
import type { SignalHash } from './signal-hash.service';

const PLACED = `
  insert into "riskOrder" ("orderId", "orderGroupId", "buyerId", "shipCountry", address, at)
  values ($1, $2, $3, $4, $5, $6) on conflict do nothing`;

const SEEN = `
  insert into "riskParcel" as p ("shipmentId", "orderId", trackings, elsewhere, at)
  values ($1, $2, coalesce($3::text[], '{}'), $4, $5)
  on conflict ("shipmentId") do update set trackings = coalesce($3::text[], p.trackings),
    elsewhere = coalesce($4, p.elsewhere)`;

/** An order as marketplace tells it. */
interface Placed {
  readonly orderId: string;
  readonly orderGroupId: string;
  readonly buyerId: string;
  readonly shipTo: Address;
}

/** What a carrier has said of a shipment; absent: nothing. */
interface Seen {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly trackings?: readonly string[] | undefined;
  readonly elsewhere?: boolean | undefined;
}

/** Remembers of orders and parcels what rules ask for later; of an address a hash, never the address. */
export class OrderSignals {
  constructor(private readonly hash: SignalHash) {}

  async placedIn(tx: Tx, { orderId, orderGroupId, buyerId, shipTo }: Placed): Promise<void> {
    const { street, postalCode, country } = shipTo;
    // who receives it is not part of it: many names behind one door are what is looked for
    const door = [country, comparable(postalCode), comparable(street)].join(' ');
    const address = this.hash('address', door);
    await tx.query(PLACED, [orderId, orderGroupId, buyerId, country, address, tx.now]);
  }

  /** A shipment has left, or arrived. */
  async seenIn(tx: Tx, { shipmentId, orderId, trackings, elsewhere }: Seen): Promise<void> {
    if (trackings === undefined && elsewhere === undefined) return;
    const what = [trackings ?? null, elsewhere ?? null];
    await tx.query(SEEN, [shipmentId, orderId, ...what, tx.now]);
  }

  /** The carrier takes back that it was delivered. */
  async retractedIn(tx: Tx, shipmentId: string): Promise<void> {
    await tx.query(
      'update "riskParcel" set elsewhere = null where "shipmentId" = $1 and elsewhere is not null',
      [shipmentId],
    );
  }
}
