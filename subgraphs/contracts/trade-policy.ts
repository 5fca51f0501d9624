/** What a dispute may be about. */
export const disputeReasons = [
  'NOT_RECEIVED',
  'NOT_AS_DESCRIBED',
  'DAMAGED',
  'COUNTERFEIT',
  'SHORT',
  'LATE',
  'CHANGED_MIND',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

/** One rule of the trade policy, as a decision cites it. */
export interface PolicyClause {
  /** Stable inside a version, e.g. `NOT_RECEIVED`. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Disputes that it speaks about; empty when it holds for every case. */
  readonly about: readonly DisputeReason[];
}

/** Days of inspection, by what was sold and by whom. */
export interface InspectionTerms {
  readonly days: number;
  /** When the seller is new to the platform, or restricted. */
  readonly newSellerDays: number;
  readonly digitalDays: number;
}

/** The trade policy as both parties accepted it when the order was placed. A published version never changes. */
export interface TradePolicy {
  readonly version: string;
  /** How many days after delivery a buyer may look before the seller is paid. */
  readonly inspection: InspectionTerms;
  readonly clauses: readonly PolicyClause[];
}

const clause = (
  id: string,
  title: string,
  text: string,
  ...about: readonly DisputeReason[]
): PolicyClause => ({ id, title, text, about });

const NOVEMBER_2026: TradePolicy = {
  version: '2026-11',
  inspection: { days: 7, newSellerDays: 14, digitalDays: 3 },
  clauses: [
    clause(
      'DEADLINES',
      'Answers in time',
      'Each side answers within the time shown on the case. Silence of the seller accepts what the buyer asks; silence of the buyer after an answer of the seller closes the case.',
    ),
    clause(
      'PROOF',
      'What counts as proof',
      'A case is judged by the contract as it was accepted and by the evidence filed in the case. Records of carriers and of the platform weigh more than statements; a statement that the other side contradicts proves nothing by itself.',
    ),
    clause(
      'NOT_RECEIVED',
      'Goods that did not arrive',
      'The seller proves delivery to the address of the order. Without a carrier’s record of it the price and the shipping of the missing goods are refunded. Goods that the buyer failed to collect count as delivered.',
      'NOT_RECEIVED',
    ),
    clause(
      'NOT_AS_DESCRIBED',
      'Goods that differ from the description',
      'Goods that differ in kind, condition, model or number from the accepted description are refunded after their return, or in part by agreement. What the description says clearly is no difference.',
      'NOT_AS_DESCRIBED',
    ),
    clause(
      'DAMAGED',
      'Goods that arrived damaged',
      'Damage that is shown by pictures of the goods and their packing and told within the inspection time is borne by the seller, who may claim it from the carrier.',
      'DAMAGED',
    ),
    clause(
      'COUNTERFEIT',
      'Counterfeit goods',
      'Goods that the owner of the mark, an authority or an expert calls counterfeit are refunded in full. The buyer does not send them back to the seller.',
      'COUNTERFEIT',
    ),
    clause(
      'SHORT',
      'Fewer goods than were bought',
      'The share of the price and the shipping that belongs to missing goods is refunded, unless weight or count at the handover show that they were sent.',
      'SHORT',
    ),
    clause(
      'LATE',
      'Goods that came late',
      'A seller who hands goods over later than the handling time bears the consequence: the buyer may return them at the seller’s cost. Lateness of the carrier alone is no ground for a refund.',
      'LATE',
    ),
    clause(
      'CHANGED_MIND',
      'A change of mind',
      'Goods are taken back unused within the return time of the contract. The buyer pays for the way back; shipping to the buyer is not refunded beyond what the law demands.',
      'CHANGED_MIND',
    ),
    clause(
      'RETURN',
      'Returns',
      'An agreed return is handed to a carrier within ten days, tracked and complete. The seller confirms or contests it within ten days of its receipt; silence confirms it.',
      'NOT_AS_DESCRIBED',
      'DAMAGED',
      'SHORT',
      'LATE',
      'CHANGED_MIND',
    ),
    clause(
      'TIME_LIMIT',
      'The end of a case',
      'A case that is undecided sixty days after it was opened, or when the payment’s own limit is near, is decided for the buyer as far as goods were not shown to be delivered as described.',
    ),
    clause(
      'CHARGEBACK',
      'Chargebacks',
      'A chargeback at the buyer’s bank ends the case here: the bank decides. Evidence filed in the case is handed on to it.',
    ),
    clause(
      'GOODWILL',
      'Goodwill',
      'The platform may pay from its own money where the contract gives no claim. It binds nobody in another case and is not charged to a party.',
    ),
  ],
};

/** Every version that an order may have been placed under, oldest first. */
const versions: readonly TradePolicy[] = [NOVEMBER_2026];

/** The version that new orders are placed under. */
export const CURRENT_POLICY = NOVEMBER_2026;

/** A version of the policy; undefined when there never was one of this name. */
export const policyOf = (version: string): TradePolicy | undefined =>
  versions.find((policy) => policy.version === version);

/** The clause of that id in that version; undefined when it has none. */
export const clauseOf = (version: string, id: string): PolicyClause | undefined =>
  policyOf(version)?.clauses.find((one) => one.id === id);

/** True when that version of the policy has a clause of that id. */
export const isClause = (version: string, id: string): boolean =>
  clauseOf(version, id) !== undefined;
