import type { OrderId } from '#contracts/ids';
import { CURRENT_POLICY } from '#contracts/trade-policy';
import type { Tx } from '#kernel/db/database';
import { sha256 } from '#kernel/json/canonical';
import type { Logger } from '#kernel/server/log';

const KEEP = `
  insert into "contractSnapshot" ("orderId", hash, text, "receivedAt") values ($1, $2, $3, $4)
  on conflict do nothing`;

/** Keeps the text of each contract beside the money that was taken under its hash. */
export class ContractService {
  constructor(private readonly log: Logger) {}

  /**
   * Marketplace sends what both accepted. A text whose hash is not the one in the agreement is an alarm, and is not
   * kept. Orders older than contracts have none.
   */
  async heardIn(tx: Tx, orderId: OrderId, text: string): Promise<void> {
    if (text === '') return;
    const escrow = await tx.first<{ contractHash: string }>(
      'select "contractHash" from escrow where "orderId" = $1',
      [orderId],
    );
    if (escrow === undefined) throw new Error(`no agreement about ${orderId} yet`);
    const hash = sha256(text);
    if (hash === escrow.contractHash) await tx.query(KEEP, [orderId, hash, text, tx.now]);
    else {
      this.log.error(
        { alarm: 'CONTRACT_DIFFERS', orderId, hash, agreed: escrow.contractHash },
        'a contract is not the one that was agreed on; it was not kept',
      );
    }
  }
}

/** The version of the trade policy that both accepted. Orders older than contracts are judged by the present one. */
export async function policyVersionOf(tx: Tx, orderId: OrderId): Promise<string> {
  const accepted = await tx.first<{ version: string | null }>(
    `select text::jsonb->>'policyVersion' as version from "contractSnapshot" where "orderId" = $1`,
    [orderId],
  );
  return accepted?.version ?? CURRENT_POLICY.version;
}
