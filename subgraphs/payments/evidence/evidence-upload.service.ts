import type { LinkSigner } from '#kernel/auth/signed-link';
import type { Viewer } from '#kernel/auth/viewer';
import { type Clock, HOUR, MINUTE, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { clearTimers, setTimer, type TimerHandlers } from '#kernel/events/timers';
import type { FileRequest, FileResponse } from '#kernel/server/subgraph';
import { actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { type EvidenceUploadId, evidenceUploadIds } from '../payments.ids';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { EvidenceIntake, type IntakeRefusal } from './evidence-intake.service';
import { UploadParts, piecesOf } from './evidence-part.service';
import { EVIDENCE_TYPES, type EvidenceType } from './evidence-type.rules';
import type { EvidenceUploadRow } from './evidence.entity';
import type { EvidenceService, KeptContent } from './evidence.service';

/** How long a link to put or to fetch a file is good. */
const LINK_MS = 5 * MINUTE;
/** A file that nobody adds to its case is forgotten. */
const FORGOTTEN_MS = HOUR;
/** Files of one uploader that wait for one case. */
const MAX_WAITING = 20;
const FORGET = 'EVIDENCE_UPLOAD';
const FILE_NAME = /^[^\p{C}/\\]{1,120}$/u;

/** A file that somebody is about to send. */
export interface UploadInput {
  readonly key: string;
  readonly caseId: string;
  readonly contentType: string;
  readonly fileName: string;
}

/** Where to put the bytes, and until when. */
export interface UploadLink {
  readonly id: EvidenceUploadId;
  readonly path: string;
  readonly expiresAt: Date;
}

/** Files of evidence: they come and go by signed links, past the graph. */
export class EvidenceUploadService {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly links: LinkSigner,
    private readonly evidence: EvidenceService,
  ) {}

  /** A place for one file of a case. Same parties as for adding evidence. */
  async create(viewer: Viewer, { key, ...input }: UploadInput): Promise<UploadLink> {
    const actor = actorOf(viewer);
    const contentType = EVIDENCE_TYPES.find((type) => type === input.contentType);
    if (contentType === undefined) throw refused('contentType');
    const { fileName, caseId } = input;
    if (!FILE_NAME.test(fileName) || looksLikeCardNumber(fileName)) throw refused('fileName');
    const id = await this.db.transaction(viewer, (tx) =>
      once(tx, { scope: `${actor}:disputeEvidenceUploadCreate`, key, input }, async () => {
        await this.evidence.lockFor(tx, viewer, caseId);
        return insertUpload(tx, { caseId, contentType, fileName, uploadedBy: actor });
      }),
    );
    const now = this.clock.now();
    return { id, path: this.pathTo('PUT', id, now), expiresAt: after(now, LINK_MS) };
  }

  /** Where the content of evidence can be fetched for five minutes. The caller has checked that it may be seen. */
  link(evidenceId: string): string {
    return this.pathTo('GET', evidenceId, this.clock.now());
  }

  /** `PUT` and `GET /files/evidence/{token}`. The link is all that is asked for; the bytes are looked at. */
  async serve({ method, token, body }: FileRequest): Promise<FileResponse> {
    const subject = this.links.open(method, token, this.clock.now());
    if (subject === undefined) return answer(403, { error: 'LINK_INVALID' });
    return method === 'PUT' ? this.receive(subject, body) : this.send(subject);
  }

  timers(): TimerHandlers {
    return {
      [FORGET]: async (tx, { subject }) => {
        await tx.query('delete from "evidenceUpload" where id = $1', [subject]);
      },
    };
  }

  private async receive(id: string, body: AsyncIterable<Buffer>): Promise<FileResponse> {
    const upload = await this.db.first<EvidenceUploadRow>(
      'select "contentType", hash from "evidenceUpload" where id = $1',
      [id],
    );
    if (upload === undefined) return answer(404, { error: 'NOT_FOUND' });
    const parts = new UploadParts(this.db, id);
    try {
      const taken = await this.take(new EvidenceIntake(upload.contentType), parts, body);
      if (typeof taken === 'string') return REFUSALS[taken];
      const { hash, size } = taken;
      const kept = await parts.joinAs(hash);
      return kept === hash
        ? answer(201, { sha256: hash, size })
        : answer(409, { error: 'EVIDENCE_REFUSED' });
    } finally {
      // refused, cut off or kept: the pieces are not needed any more. After a kill they go with the upload
      await parts.drop();
    }
  }

  /** Looks at each piece before the next is read, and reads no further than to the first that is refused. */
  private async take(
    intake: EvidenceIntake,
    parts: UploadParts,
    body: AsyncIterable<Buffer>,
  ): Promise<ReturnType<EvidenceIntake['end']>> {
    for await (const piece of piecesOf(body)) {
      const refused = intake.take(piece);
      if (refused !== undefined) return refused;
      await parts.add(piece);
    }
    return intake.end();
  }

  private async send(id: string): Promise<FileResponse> {
    const found = await this.db.first<{
      content: Buffer;
      contentType: EvidenceType;
      fileName: string | null;
    }>(
      `select b.content, b."contentType", e."fileName" from evidence e
       join "evidenceBlob" b on b.hash = e."contentHash" where e.id = $1`,
      [id],
    );
    if (found === undefined) return answer(404, { error: 'NOT_FOUND' });
    const name = encodeURIComponent(found.fileName ?? `${id}.txt`);
    return {
      status: 200,
      headers: {
        'content-type': found.contentType,
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
      },
      body: found.content,
    };
  }

  private pathTo(verb: 'GET' | 'PUT', subject: string, now: Date): string {
    return `/files/evidence/${this.links.sign(verb, subject, now, LINK_MS)}`;
  }
}

async function insertUpload(
  tx: Tx,
  upload: Pick<EvidenceUploadRow, 'caseId' | 'contentType' | 'fileName' | 'uploadedBy'>,
): Promise<EvidenceUploadId> {
  const { caseId, uploadedBy, contentType, fileName } = upload;
  const waiting = await tx.query(
    'select 1 as one from "evidenceUpload" where "caseId" = $1 and "uploadedBy" = $2',
    [caseId, uploadedBy],
  );
  if (waiting.length >= MAX_WAITING) throw refused('caseId');
  const id = evidenceUploadIds.create();
  await tx.query(
    `insert into "evidenceUpload" (id, "caseId", "uploadedBy", "contentType", "fileName", "createdAt")
     values ($1, $2, $3, $4, $5, $6)`,
    [id, caseId, uploadedBy, contentType, fileName, tx.now],
  );
  await setTimer(tx, { subject: id, kind: FORGET, version: 0 }, after(tx.now, FORGOTTEN_MS));
  return id;
}

/** Moves an uploaded file under its hash, for who uploaded it and in its own case only. */
export async function takeUpload(
  tx: Tx,
  { id, caseId, uploadedBy }: Pick<EvidenceUploadRow, 'caseId' | 'uploadedBy'> & { id: string },
): Promise<KeptContent> {
  const upload = await tx.first<{ hash: string; fileName: string }>(
    `select hash, "fileName" from "evidenceUpload"
     where id = $1 and "caseId" = $2 and "uploadedBy" = $3 and hash is not null for update`,
    [id, caseId, uploadedBy],
  );
  if (upload === undefined) throw refused('uploadId');
  await tx.query(
    `insert into "evidenceBlob" (hash, "contentType", size, content)
     select hash, "contentType", octet_length(content), content from "evidenceUpload" where id = $1
     on conflict do nothing`,
    [id],
  );
  const blob = await tx.first<{ contentType: EvidenceType; size: number }>(
    'select "contentType", size from "evidenceBlob" where hash = $1',
    [upload.hash],
  );
  if (blob === undefined) throw new Error(`the content of ${id} was not kept`);
  await tx.query('delete from "evidenceUpload" where id = $1', [id]);
  await clearTimers(tx, id, [FORGET]);
  return { contentHash: upload.hash, fileName: upload.fileName, ...blob };
}

const answer = (status: number, body: object): FileResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

const REFUSALS: Readonly<Record<IntakeRefusal, FileResponse>> = {
  TOO_LARGE: answer(413, { error: 'EVIDENCE_REFUSED' }),
  WRONG_TYPE: answer(415, { error: 'EVIDENCE_REFUSED' }),
  CARD_NUMBER: answer(422, { error: 'CARD_NUMBER_REFUSED' }),
};

const refused = (field: string) => refuse('EVIDENCE_REFUSED', { field: ['input', field] });
