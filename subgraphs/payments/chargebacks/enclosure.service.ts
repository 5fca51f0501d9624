import type { Queries } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { EvidencePiece, PspAct, PspPort, PspReply } from '../psp/psp.port';

/** Files go to the PSP before the answer that names them. */
export class EnclosureService {
  constructor(
    private readonly psp: Pick<PspPort, 'keepFile'>,
    private readonly log: Logger,
  ) {}

  /**
   * The answer with what the PSP calls its files. Each is sent under a key of its own, so after a crash it is the same one
   * again. One that the PSP refuses stays behind: the answer is worth more than any part of it.
   */
  async encloseIn(
    db: Queries,
    { id, request }: PspOperationRow,
  ): Promise<PspAct | Extract<PspReply, { kind: 'LOST' }>> {
    if (request.kind !== 'EVIDENCE') return request;
    const names: Record<string, string> = {};
    for (const piece of request.files ?? []) {
      const reply = await this.psp.keepFile(`${id}:${piece.slot}`, await withBytes(db, piece));
      if (reply.kind === 'LOST') return reply;
      if (reply.kind === 'FILE') names[piece.slot] = reply.id;
      else {
        const { slot, hash } = piece;
        const alarm = { alarm: 'EVIDENCE_FILE_REFUSED', operation: id, slot, hash };
        this.log.error({ ...alarm, code: reply.code }, 'the answer goes without this file');
      }
    }
    return { ...request, fields: { ...request.fields, ...names } };
  }
}

async function withBytes(db: Queries, { hash, name, contentType }: EvidencePiece) {
  const blob = await db.first<{ content: Buffer }>(
    'select content from "evidenceBlob" where hash = $1',
    [hash],
  );
  if (blob === undefined) throw new Error(`the bytes of ${hash} are gone`);
  return { name, contentType, content: blob.content };
}
