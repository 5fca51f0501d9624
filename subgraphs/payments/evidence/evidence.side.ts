import type { JWK } from 'jose';
import { LinkSigner } from '#kernel/auth/signed-link';
import type { Clock } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import { prefixOf } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import type { SellerService } from '../balances/seller.service';
import { ContractService } from './contract.service';
import type { CaseLookup } from './evidence-case.service';
import { DisputeExportService } from './dispute-export.service';
import { EvidenceUploadService } from './evidence-upload.service';
import { EvidenceService } from './evidence.service';

interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sellers: SellerService;
  /** Our own private key: links to files are signed with one that is derived from it. */
  readonly key: JWK;
  /** Kinds of cases by the prefix of their ids. */
  readonly cases: Readonly<Record<string, CaseLookup>>;
}

/** Assembles contracts, evidence and its files. */
export function evidenceSide({ db, clock, log, sellers, key, cases }: Parts) {
  const evidence = new EvidenceService(db, sellers, async (tx, caseId) => {
    const prefix = prefixOf(caseId) ?? '';
    return Object.hasOwn(cases, prefix) ? cases[prefix]?.(tx, caseId) : undefined;
  });
  const links = new LinkSigner(key, 'evidence links');
  const evidenceUploads = new EvidenceUploadService(db, clock, links, evidence);
  return {
    contracts: new ContractService(log),
    timers: evidenceUploads.timers(),
    files: { evidence: evidenceUploads.serve.bind(evidenceUploads) },
    context: { evidence, evidenceUploads, disputeExports: new DisputeExportService(db, evidence) },
  };
}
