import { type BankCase, type CaseTerms, comesBack, lossOf } from './bank-case.model';
import { CreditModel } from './credit.model';
import { type Part, RANKS, isFree, newPart } from './order-part.model';
import { type FrozenMoney, SellerModel, type TierModel } from './seller-money.model';

/** What is left of what was sold when commission (10 %) and tax (1.9 %) are off: exact for whole thousands. */
const net = (gross: bigint): bigint => (gross * 881n) / 1_000n;
const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));

/** What a case keeps: held money, or the seller's. */
interface Kept {
  readonly part: Part;
  readonly held: bigint;
  readonly seller: FrozenMoney;
}

/** A buyer's complaint that is open. */
export interface DisputeModel {
  readonly id: string;
  readonly part: Part;
  readonly claim: bigint;
  kept: Kept;
  state: 'OPEN' | 'REVIEW' | 'AGREED' | 'DECIDED';
  /** A decided refund that is not sent yet, and where it came from. */
  waits: bigint;
  wasReleased: boolean;
}

/** One order of one seller, as simple as money can be thought of: where each cent is, and nothing else. */
export class MoneyModel {
  readonly parts: Part[];
  readonly seller: SellerModel;
  dispute: DisputeModel | undefined;
  bank: BankCase | undefined;
  /** Decided to go back to the buyer, by whatever way. */
  refunded = 0n;
  /** Of that: paid by the PSP; the buyer's credit. */
  paidBack = 0n;
  readonly credits = new CreditModel();
  /** What banks have of it, or gave to the buyer for good. */
  taken = 0n;
  /** Of that borne by the platform. */
  lost = 0n;
  /** The PSP refunds no payment that was ever disputed. */
  private wasDisputed = false;
  /** What cannot be refunded to the tender any more, because banks have it. */
  private chargedBack = 0n;

  constructor(
    private readonly total: bigint,
    tier: TierModel,
  ) {
    this.seller = new SellerModel(tier);
    this.parts = [newPart('FUNDED', { held: total })];
  }

  ship(to: 'SHIPPED' | 'DELIVERED'): void {
    for (const part of this.parts) {
      if (RANKS.indexOf(part.state) < RANKS.indexOf(to)) part.state = to;
    }
  }

  /** A receipt; what has not left yet stays, and so does what a case has. */
  confirm(): void {
    for (const part of this.parts) {
      if (isFree(part) && ['SHIPPED', 'DELIVERED'].includes(part.state)) this.release(part);
    }
  }

  /** Held money goes back first; what is missing is taken from the seller, with its fees. */
  refund(amount: bigint): void {
    this.takeOut(amount, this.parts);
    this.send(amount);
  }

  open(id: string, of: number, claim: bigint): void {
    const part = this.parts[of];
    if (part === undefined) throw new Error(`there is no part ${String(of)}`);
    const wasReleased = part.held === 0n;
    const kept = wasReleased ? this.keepReleased(part, claim) : this.keepHeld(part, claim);
    const now = { state: 'OPEN', waits: 0n, wasReleased } as const;
    this.dispute = { id, part: kept.part, claim, kept, ...now };
  }

  withdraw(): void {
    this.letGo(this.disputed.kept);
    this.dispute = undefined;
  }

  /** The seller gives the buyer all; while a bank contests the payment it is only agreed. */
  accept(): void {
    if (this.bank?.state === 'OPENED') this.disputed.state = 'AGREED';
    else this.settle();
  }

  /** An operator divides the claim: this much for the buyer, once nobody can appeal. */
  decide(refund: bigint): void {
    const { part, claim, kept } = this.disputed;
    this.letGo(kept);
    const waits = least(refund, part.held + part.released);
    this.takeOut(waits, [part]);
    this.refunded += waits;
    if (part.held > 0n) this.release(part);
    Object.assign(this.disputed, { waits, state: 'DECIDED' });
    this.disputed.kept = this.keepReleased(part, claim - refund);
  }

  /** Nobody appealed. */
  stand(): void {
    const { kept, waits } = this.disputed;
    this.letGo(kept);
    this.refunded -= waits;
    this.send(waits);
    this.dispute = undefined;
  }

  /** The bank warns: what it would take is frozen. */
  warn(terms: CaseTerms): void {
    const free = this.parts.filter(isFree);
    const left = free.reduce((sum, { held, released }) => sum + held + released, 0n);
    const kept = this.bear(least(terms.amount, this.room, left), this.parts).map(
      ({ part, from, amount }) =>
        from === 'held' ? this.keepHeld(part, amount) : this.keepReleased(part, amount),
    );
    this.bank = { ...terms, state: 'WARNING', kept, parts: [], owed: [], uncovered: 0n };
  }

  prevent(): void {
    for (const kept of this.bank?.kept ?? []) this.letGo(kept);
    this.bank = undefined;
  }

  /** The bank takes the money: what is owed to the buyer first, then the order's. Disputes are its matter now. */
  charge(terms: CaseTerms): void {
    this.wasDisputed = true;
    this.supersede();
    this.prevent();
    const owed = this.credits.take(terms.amount);
    const borne = owed.reduce((sum, one) => sum + one, 0n);
    const left = this.parts.reduce((sum, { held, released }) => sum + held + released, 0n);
    const room = this.room > borne ? this.room - borne : 0n;
    const share = least(terms.amount - borne, room, left);
    const parts = this.bear(share, this.parts).map(({ part, from, amount }) => {
      if (from === 'held') return { part: this.chargeHeld(part, amount), amount };
      part.released -= amount;
      return { part, amount, legs: this.seller.take(net(amount)) };
    });
    const uncovered = terms.amount - borne - share;
    this.taken += terms.amount;
    this.chargedBack += borne + share;
    this.bank = { ...terms, state: 'OPENED', kept: [], parts, owed, uncovered };
  }

  /** The bank has decided. */
  conclude(isWon: boolean): void {
    const { bank } = this;
    if (bank === undefined) throw new Error('there is no case');
    let gone = 0n;
    for (const { part, amount, legs } of bank.parts) {
      const back = comesBack(bank.liable, isWon, { state: part.state, wasReleased: legs });
      if (!back) gone += amount;
      if (legs === undefined) {
        part.isContested = false;
        if (back) {
          part.charged -= amount;
          part.held += amount;
        } else part.state = 'CLOSED';
      } else if (back) {
        part.released += amount;
        this.seller.putBack(legs);
      }
    }
    if (isWon) {
      this.taken -= bank.amount;
      this.chargedBack -= bank.amount - bank.uncovered;
      for (const amount of bank.owed) this.credits.add(amount);
    } else this.lost += lossOf(bank, gone);
    this.bank = undefined;
    if (this.dispute?.state === 'AGREED' && this.room >= this.dispute.claim) this.settle();
  }

  private get disputed(): DisputeModel {
    if (this.dispute === undefined) throw new Error('nothing is disputed');
    return this.dispute;
  }

  /** What can still go back to the tender. */
  private get room(): bigint {
    const waits = this.dispute?.waits ?? 0n;
    return this.total - this.paidBack - waits - this.chargedBack;
  }

  private settle(): void {
    const { part, claim, kept } = this.disputed;
    this.letGo(kept);
    this.dispute = undefined;
    const refund = least(claim, part.held + part.released);
    this.takeOut(refund, [part]);
    this.send(refund);
    if (part.state === 'DELIVERED' && part.held > 0n) this.release(part);
  }

  /** What was decided is undone as far as it was not sent. */
  private supersede(): void {
    if (this.dispute === undefined) return;
    const { part, kept, waits, wasReleased } = this.dispute;
    this.letGo(kept);
    this.dispute = undefined;
    this.refunded -= waits;
    if (waits === 0n) return;
    if (wasReleased) {
      part.released += waits;
      this.seller.gain(net(waits));
    } else {
      part.held += waits;
      if (part.state === 'RELEASED' || part.state === 'CLOSED') part.state = 'DELIVERED';
    }
  }

  private send(amount: bigint): void {
    this.refunded += amount;
    if (this.wasDisputed) this.credits.add(amount);
    else this.paidBack += amount;
  }

  /** Which parts bear an amount: held money first, that whose goods are farthest from the buyer before. */
  private bear(amount: bigint, parts: readonly Part[]) {
    const free = parts
      .filter(isFree)
      .sort((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state));
    let left = amount;
    const borne = (['held', 'released'] as const).flatMap((from) =>
      free.flatMap((part) => {
        const share = least(part[from], left);
        left -= share;
        return share === 0n ? [] : [{ part, from, amount: share }];
      }),
    );
    if (left > 0n) throw new Error(`${String(left)} of ${String(amount)} are not there`);
    return borne;
  }

  private takeOut(amount: bigint, parts: readonly Part[]): void {
    for (const { part, from, amount: share } of this.bear(amount, parts)) {
      part[from] -= share;
      if (from === 'released') this.seller.take(net(share));
      else if (part.held === 0n && part.state !== 'RELEASED') part.state = 'CLOSED';
    }
  }

  private release(part: Part): void {
    part.state = 'RELEASED';
    part.released += part.held;
    this.seller.give(net(part.held));
    part.held = 0n;
  }

  private keepHeld(part: Part, amount: bigint): Kept {
    const kept = this.partOf(part, amount);
    kept.held -= amount;
    kept.frozen += amount;
    return { part: kept, held: amount, seller: { pending: 0n, available: 0n } };
  }

  private keepReleased(part: Part, amount: bigint): Kept {
    const wanted = least(net(least(amount, part.released)), net(part.released) - part.keeps);
    const seller = this.seller.freeze(wanted > 0n ? wanted : 0n);
    part.keeps += seller.pending + seller.available;
    return { part, held: 0n, seller };
  }

  private letGo({ part, held, seller }: Kept): void {
    part.frozen -= held;
    part.held += held;
    part.keeps -= seller.pending + seller.available;
    this.seller.thaw(seller);
  }

  private chargeHeld(part: Part, amount: bigint): Part {
    const taken = this.partOf(part, amount);
    taken.held -= amount;
    taken.charged += amount;
    taken.isContested = true;
    return taken;
  }

  /** A part with this much of what is held: the same one when that is all. */
  private partOf(part: Part, amount: bigint): Part {
    if (amount === part.held) return part;
    const made = newPart(part.state, { held: amount });
    part.held -= amount;
    this.parts.push(made);
    return made;
  }
}
