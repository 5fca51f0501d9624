import { type Viewer, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { onceIfKeyed } from '#kernel/db/idempotency';
import { refusals } from '#kernel/errors/refusal';
import type { NewFact } from '#kernel/events/fact';
import { fact } from '#contracts/fact';
import { type OfferId, offerIds } from '#contracts/ids';
import type { SearchIndexService } from '../search/search-index.service';
import type { SellerService } from '../sellers/seller.service';
import { catalogueErrors } from './catalogue.errors';
import { type OfferTerms, type Price, checkTerms } from './listing.rules';
import type { OfferRow } from './offer.entity';
import { type OfferEvent, offerMachine } from './offer.machine';

const refuse = refusals(catalogueErrors);

/** A changed offer with what its fact says besides. */
export interface PublishedOffer extends OfferRow {
  readonly productTitle: string;
  readonly inStock: boolean;
}

/** The fact that an offer's terms or availability are now these. */
export const offerPublished = (offer: PublishedOffer): NewFact =>
  fact(
    'offer.published',
    { subject: offer.id, version: offer.version, topics: [] },
    {
      offerId: offer.id,
      variantId: offer.variantId,
      productId: offer.productId,
      productTitle: offer.productTitle,
      sellerId: offer.sellerId,
      unitMinor: offer.unitMinor.toString(),
      shippingMinor: offer.shippingMinor.toString(),
      currency: offer.currency,
      inStock: offer.inStock && offer.state === 'LIVE',
      version: offer.version,
    },
  );

type Measures = Pick<OfferTerms, 'weightG' | 'lengthCm' | 'widthCm' | 'heightCm' | 'handlingDays'>;

/** A further seller's terms for a variant that exists. What is left out is taken from its oldest offer. */
export type NewOffer = {
  readonly sellerId: string;
  readonly variantId: string;
  readonly price: Price;
  readonly shippingPrice: Price;
  readonly stock: number;
  readonly idempotencyKey?: string | null;
} & { readonly [K in keyof Measures]?: number | null };

interface VariantAndProduct {
  productId: string;
  sharing: 'SHARED' | 'PRIVATE';
  createdBy: string;
}

export class OfferService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly index: SearchIndexService,
  ) {}

  /** Offers an existing variant: a SHARED product's by any seller, a PRIVATE one's by its creator only. */
  create(viewer: Viewer, { idempotencyKey: key, ...input }: NewOffer): Promise<OfferId> {
    const scope = `${viewer.accountId ?? viewer.keyId ?? ''}:offerCreate`;
    return this.db.transaction(viewer, async (tx) => {
      await this.sellers.requireMember(tx, viewer, input.sellerId, 'catalogue:write');
      return onceIfKeyed(tx, { scope, key, input }, async () => {
        const productId = await productToOffer(tx, input);
        return this.createIn(tx, input, productId);
      });
    });
  }

  /** Moves an offer along its machine; only its seller may. */
  transition(viewer: Viewer, offerId: string, event: OfferEvent): Promise<OfferId> {
    requireScope(viewer, 'catalogue:write');
    return this.db.transaction(viewer, async (tx) => {
      const offer = await tx.first<OfferRow>(
        'select * from offer where id = $1 for no key update',
        [offerId],
      );
      // A foreign offer is answered like none: a draft's existence is its seller's business.
      if (!offer || !(await this.sellers.actsFor(tx, viewer, offer.sellerId, 'catalogue:write'))) {
        throw refuse('OFFER_NOT_FOUND', { field: ['offerId'] });
      }
      const state = offerMachine.next(offer.state, event);
      if (state === undefined) throw refuse('OFFER_STATE_INVALID', { field: ['offerId'] });
      await tx.query('update offer set state = $2 where id = $1', [offer.id, state]);
      await this.changedIn(tx, [offer.id]);
      return offer.id;
    });
  }

  /**
   * Raises the version of offers whose terms, state or availability changed, tells them and refreshes search. All
   * offers are locked before any search row, both in order, so that two calls never wait for each other.
   */
  async changedIn(tx: Tx, offerIds: readonly OfferId[]): Promise<void> {
    if (offerIds.length === 0) return;
    await tx.query('select id from offer where id = any ($1) order by id for no key update', [
      offerIds,
    ]);
    const told = await tx.query<PublishedOffer>(
      `with changed as (
         update offer set version = version + 1, "updatedAt" = $2 where id = any ($1) returning *
       )
       select c.*, p.title as "productTitle", s."onHand" > s.reserved as "inStock"
       from changed c join product p on p.id = c."productId" join stock s on s."offerId" = c.id
       order by c.id`,
      [offerIds, tx.now],
    );
    tx.publish(...told.map(offerPublished));
    await this.index.refreshIn(tx, [...new Set(told.map(({ productId }) => productId))]);
  }

  private async createIn(tx: Tx, input: NewOffer, productId: string): Promise<OfferId> {
    const like = await tx.first<Measures>(
      `select "weightG", "lengthCm", "widthCm", "heightCm", "handlingDays" from offer
       where "variantId" = $1 order by id limit 1`,
      [input.variantId],
    );
    const terms: OfferTerms = {
      price: input.price,
      shippingPrice: input.shippingPrice,
      stock: input.stock,
      weightG: input.weightG ?? like?.weightG ?? 0,
      lengthCm: input.lengthCm ?? like?.lengthCm ?? 0,
      widthCm: input.widthCm ?? like?.widthCm ?? 0,
      heightCm: input.heightCm ?? like?.heightCm ?? 0,
      handlingDays: input.handlingDays ?? like?.handlingDays ?? 2,
    };
    checkTerms(terms, [], refuse);
    const offer = await tx.first<{ id: OfferId }>(
      `insert into offer (id, "sellerId", "variantId", "productId", state, currency, "unitMinor", "shippingMinor",
         "handlingDays", "weightG", "lengthCm", "widthCm", "heightCm", version, "createdAt", "updatedAt")
       values ($1, $2, $3, $4, 'LIVE', $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $13)
       on conflict ("variantId", "sellerId") where state <> 'WITHDRAWN' do nothing returning id`,
      [
        offerIds.create(),
        input.sellerId,
        input.variantId,
        productId,
        terms.price.currencyCode,
        terms.price.minorUnits,
        terms.shippingPrice.minorUnits,
        terms.handlingDays,
        terms.weightG,
        terms.lengthCm,
        terms.widthCm,
        terms.heightCm,
        tx.now,
      ],
    );
    if (offer === undefined) throw refuse('OFFER_EXISTS', { field: ['variantId'] });
    await tx.query('insert into stock ("offerId", "onHand", "updatedAt") values ($1, $2, $3)', [
      offer.id,
      terms.stock,
      tx.now,
    ]);
    await this.changedIn(tx, [offer.id]);
    return offer.id;
  }
}

/** The product of a variant that this seller may offer. */
async function productToOffer(tx: Tx, { variantId, sellerId }: NewOffer): Promise<string> {
  const variant = await tx.first<VariantAndProduct>(
    `select v."productId", p.sharing, p."createdBy" from variant v join product p on p.id = v."productId"
     where v.id = $1 for share of p`,
    [variantId],
  );
  if (variant === undefined) throw refuse('VARIANT_NOT_FOUND', { field: ['variantId'] });
  if (variant.sharing === 'PRIVATE' && variant.createdBy !== sellerId) {
    throw refuse('PRODUCT_PRIVATE', { field: ['variantId'] });
  }
  return variant.productId;
}
