import { fact } from '#contracts/fact';
import type { FactData } from '#contracts/facts';
import { type MerchantId, type SellerId, merchantIds } from '#contracts/ids';
import { type Viewer, hasRole, hasScope, requireAccount, requireRole } from '#kernel/auth/viewer';
import { DAY, after } from '#kernel/clock/clock';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { refuse } from '../merchant-services.errors';
import type { MemberRow, MerchantRow } from './merchant.entity';
import { type VerificationEvent, verificationMachine } from './merchant.machine';
import {
  type LegalProfile,
  autoCheck,
  gatesOf,
  levelOf,
  requirementsOf,
} from './requirement.rules';

/** Verification lasts a year; then there are 30 days to certify again before selling stops. */
const CERTIFIED_MS = 365 * DAY;
const GRACE_MS = 30 * DAY;

export type ReviewDecision = 'APPROVE' | 'ASK' | 'REJECT';

/** Opens, verifies and shows merchants. */
export class MerchantService {
  constructor(private readonly db: Database) {}

  get(id: string): Promise<MerchantRow | undefined> {
    return this.db.first<MerchantRow>('select * from merchant where id = $1', [id]);
  }

  async bySellers(sellerIds: readonly string[]): Promise<MerchantRow[]> {
    return this.db.query<MerchantRow>('select * from merchant where "sellerId" = any ($1)', [
      sellerIds,
    ]);
  }

  /** True when the viewer may see and run a merchant's business: a member, its key with the scope, or an operator. */
  async mayManage(viewer: Viewer, merchant: MerchantRow, scope: string): Promise<boolean> {
    return mayManage(this.db, viewer, merchant, scope);
  }

  /** A seller was opened in marketplace: the business behind it begins as a draft, owned by the same account. */
  async openIn(tx: Tx, opened: FactData<'seller.opened'>): Promise<void> {
    const id = merchantIds.create();
    const fresh = await tx.query(
      `insert into merchant (id, "sellerId", handle, "displayName", country, state, "createdAt")
       values ($1, $2, $3, $4, $5, $6, $7) on conflict ("sellerId") do nothing returning id`,
      [
        id,
        opened.sellerId,
        opened.handle,
        opened.displayName,
        opened.country,
        verificationMachine.initial,
        tx.now,
      ],
    );
    if (fresh.length === 0) return;
    await tx.query(
      `insert into member ("merchantId", "accountId", role, "joinedAt") values ($1, $2, 'OWNER', $3)`,
      [id, opened.accountId, tx.now],
    );
  }

  /** Takes the legal profile and runs the automatic check; complete and unremarkable means verified at once. */
  submit(viewer: Viewer, id: MerchantId, profile: LegalProfile): Promise<MerchantRow> {
    requireAccount(viewer);
    return this.db.transaction(viewer, async (tx) => {
      const merchant = await this.lockOwned(tx, viewer, id);
      step(merchant, 'submit');
      const unmet = requirementsOf(profile).find(({ met }) => !met);
      if (unmet !== undefined) throw refuse('REQUIREMENT_UNMET', { field: [unmet.field] });
      Object.assign(merchant, profile);
      step(merchant, 'check');
      const twin = await tx.first(
        `select 1 as one from merchant where "registrationNumber" = $1 and id <> $2
           and "sellerId" not in (select s."sellerId" from merchant s join member m on m."merchantId" = s.id
             where m."accountId" = $3) limit 1`,
        [profile.registrationNumber, id, viewer.accountId],
      );
      step(merchant, autoCheck(twin !== undefined));
      return this.save(tx, merchant);
    });
  }

  /** A reviewer who is not a member decides a case that the checks could not. */
  review(
    viewer: Viewer,
    id: MerchantId,
    decision: ReviewDecision,
    reason: string,
  ): Promise<MerchantRow> {
    requireRole(viewer, 'OPERATOR');
    return this.db.transaction(viewer, async (tx) => {
      const merchant = await lock(tx, id);
      if (merchant === undefined || (await isMember(tx, viewer, id)))
        throw refuse('MERCHANT_NOT_FOUND');
      step(merchant, ({ APPROVE: 'pass', ASK: 'ask', REJECT: 'reject' } as const)[decision]);
      merchant.reviewReason = reason;
      return this.save(tx, merchant);
    });
  }

  /** A year has passed since verification. */
  async recertifyDueIn(tx: Tx, merchantId: string): Promise<void> {
    await this.byTimer(tx, merchantId, 'due');
  }

  /** The time to certify again has passed: selling stops. */
  async lapseIn(tx: Tx, merchantId: string): Promise<void> {
    await this.byTimer(tx, merchantId, 'lapse');
  }

  private async byTimer(tx: Tx, id: string, event: VerificationEvent): Promise<void> {
    const merchant = await lock(tx, id);
    if (merchant === undefined || verificationMachine.next(merchant.state, event) === undefined)
      return;
    step(merchant, event);
    await this.save(tx, merchant);
  }

  private async lockOwned(tx: Tx, viewer: Viewer, id: string): Promise<MerchantRow> {
    const merchant = await lock(tx, id);
    if (merchant === undefined || !(await isMember(tx, viewer, id)))
      throw refuse('MERCHANT_NOT_FOUND');
    return merchant;
  }

  private async save(tx: Tx, merchant: MerchantRow): Promise<MerchantRow> {
    merchant.version += 1;
    merchant.level = levelOf(merchant.state, merchant.level);
    const verified = merchant.state === 'VERIFIED_L1' || merchant.state === 'VERIFIED_L2';
    if (verified) merchant.verifiedAt = tx.now;
    await tx.query(
      `update merchant set state = $2, level = $3, "entityType" = $4, "legalName" = $5, "registrationNumber" = $6,
         address = $7, email = $8, phone = $9, "reviewReason" = $10, version = $11, "verifiedAt" = $12 where id = $1`,
      [
        merchant.id,
        merchant.state,
        merchant.level,
        merchant.entityType,
        merchant.legalName,
        merchant.registrationNumber,
        merchant.address,
        merchant.email,
        merchant.phone,
        merchant.reviewReason,
        merchant.version,
        merchant.verifiedAt,
      ],
    );
    await setVerificationTimer(tx, merchant, verified);
    tx.publish(verificationChanged(merchant));
    return merchant;
  }
}

async function setVerificationTimer(
  tx: Tx,
  merchant: MerchantRow,
  verified: boolean,
): Promise<void> {
  const { id: subject, version, state } = merchant;
  await clearTimers(tx, subject);
  if (verified)
    await setTimer(tx, { subject, kind: 'recertify', version }, after(tx.now, CERTIFIED_MS));
  if (state === 'RECERTIFY_DUE') {
    await setTimer(tx, { subject, kind: 'lapse', version }, after(tx.now, GRACE_MS));
  }
}

const verificationChanged = (merchant: MerchantRow) =>
  fact(
    'merchant.verification_changed',
    { subject: merchant.id, version: merchant.version, topics: [`merchant:${merchant.id}`] },
    {
      merchantId: merchant.id,
      sellerIds: [merchant.sellerId],
      state: merchant.state,
      level: merchant.level,
      gates: { ...gatesOf(merchant.state, merchant) },
      version: merchant.version,
    },
  );

function step(merchant: MerchantRow, event: VerificationEvent): void {
  const next = verificationMachine.next(merchant.state, event);
  if (next === undefined) {
    throw refuse('TRANSITION_NOT_ALLOWED', { message: `cannot ${event} while ${merchant.state}` });
  }
  merchant.state = next;
}

const lock = (tx: Tx, id: string): Promise<MerchantRow | undefined> =>
  tx.first<MerchantRow>('select * from merchant where id = $1 for no key update', [id]);

/** A USER who is a member of the merchant. */
export async function isMember(db: Queries, viewer: Viewer, merchantId: string): Promise<boolean> {
  if (viewer.kind !== 'USER' || viewer.accountId === undefined) return false;
  const member = await db.first<Pick<MemberRow, 'role'>>(
    'select role from member where "merchantId" = $1 and "accountId" = $2',
    [merchantId, viewer.accountId],
  );
  return member !== undefined;
}

async function mayManage(
  db: Queries,
  viewer: Viewer,
  merchant: Pick<MerchantRow, 'id' | 'sellerId'>,
  scope: string,
): Promise<boolean> {
  if (hasRole(viewer, 'OPERATOR')) return true;
  if (viewer.kind === 'API_KEY') {
    return (
      viewer.tenantIds.includes(merchant.sellerId satisfies SellerId) && hasScope(viewer, scope)
    );
  }
  return isMember(db, viewer, merchant.id);
}
