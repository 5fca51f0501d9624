import type { Rows } from '../payments.rows';
import type { ContractSnapshotRow } from './contract-snapshot.entity';
import type { EvidenceRow } from './evidence.entity';

/** Contracts, and what was filed in cases. */
export const evidenceLoaders = (rows: Rows) => ({
  /** The caller sees the escrow. */
  contract: rows.one<ContractSnapshotRow>(
    'select * from "contractSnapshot" where "orderId" = any ($1)',
    (row) => row.orderId,
    () => true,
  ),
  /** All of a case, oldest first: the caller leaves out what the viewer may not see (`visibleTo`). */
  evidence: rows.many<EvidenceRow>(
    'select * from evidence where "caseId" = any ($1) order by number',
    (row) => row.caseId,
  ),
  /** The caller sees the evidence. */
  evidenceContent: rows.one<{ hash: string; content: Buffer }>(
    'select hash, content from "evidenceBlob" where hash = any ($1)',
    (row) => row.hash,
    () => true,
  ),
});
