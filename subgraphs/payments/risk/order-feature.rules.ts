/** So many other buyers of one address are counted. */
const MOST_BUYERS = 50;
/** How many uses of a device are looked at, newest first. */
const DEVICE_ROWS = 200;
/** Carriers give their numbers out again after a time. */
const TRACKING_DAYS = 180;

/** Of an order group about to be paid: $1 now, $4 buyer, $11 order group, $12 countries of the cards. */
export const OF_GROUP = `
    (select (select count(*) from (select distinct o."buyerId" from "riskOrder" o
        where o.address = mine.address and o."buyerId" <> $4::text
          and o.at > $1::timestamptz - interval '90 days' limit ${MOST_BUYERS}) others)::float8
      from "riskOrder" mine where mine."orderGroupId" = $11::text limit 1)
      as "address.buyers_90d",
    (select bool_or(card.country <> o."shipCountry") from "riskOrder" o
      cross join unnest($12::text[]) as card (country) where o."orderGroupId" = $11::text)
      as "payment.cardAbroad",
    (select count(*) from chargeback c where c.state <> 'WON'
      and c."paymentId" in (select subject from buyer_rows))::float8 as "buyer.bankCases_365d"`;

/** Of an order whose money moves: $1 now, $4 seller, $5 buyer, $6 order group, $8 order. */
export const OF_ORDER = `
    (select exists (select 1 from "riskParcel" o where o.trackings && mine.trackings
        and o."orderId" <> $8::text and o.at > $1::timestamptz - interval '${TRACKING_DAYS} days')
      from (select array_agg(number) as trackings from "riskParcel" p
        cross join unnest(p.trackings) as number where p."orderId" = $8::text) mine
      where mine.trackings is not null) as "parcel.trackingReused",
    (select bool_or(p.elsewhere) from "riskParcel" p where p."orderId" = $8::text)
      as "parcel.deliveredElsewhere",
    (select bool_or(t."cardCountry" <> o."shipCountry") from "riskOrder" o
      join payment p on p."orderGroupId" = o."orderGroupId" and p.state = 'CAPTURED'
      join tender t on t."paymentId" = p.id
      where o."orderId" = $8::text) as "payment.cardAbroad",
    (select exists (select 1 from "riskOrder" o
        join "sellerMember" m on m."accountId" = o."buyerId" and m."sellerId" = $4
        where o.address = mine.address and o."orderId" <> mine."orderId")
      from "riskOrder" mine where mine."orderId" = $8::text) as "parties.shareAddress",
    (select bool_or(exists (select 1 from (select "buyerId" from "riskSignal" s
          where s.device = paid.device order by s.at desc limit ${DEVICE_ROWS}) used
        join "sellerMember" m on m."accountId" = used."buyerId" and m."sellerId" = $4))
      from "riskSignal" paid join payment p on p.id = paid.subject and p."orderGroupId" = $6::text
      where paid."buyerId" = $5::text and paid.device is not null) as "parties.shareDevice"`;
