import type { Database } from '#kernel/db/database';
import { type EvidencePartId, evidencePartIds } from '../payments.ids';

/** Bytes that are held of a file at a time. */
const PIECE_BYTES = 256 * 1024;

/** A file that comes in, in pieces of one size but for the last, whatever the network cuts it into. */
export async function* piecesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const bytes of body) {
    waiting.push(bytes);
    size += bytes.length;
    if (size < PIECE_BYTES) continue;
    const whole = Buffer.concat(waiting);
    let at = 0;
    for (; whole.length - at >= PIECE_BYTES; at += PIECE_BYTES) {
      yield whole.subarray(at, at + PIECE_BYTES);
    }
    waiting = [whole.subarray(at)];
    size = whole.length - at;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/** What has come of one attempt to put a file. The database puts it together: no process holds all of it. */
export class UploadParts {
  private readonly attempt: EvidencePartId = evidencePartIds.create();
  private count = 0;

  constructor(
    private readonly db: Database,
    private readonly uploadId: string,
  ) {}

  async add(bytes: Buffer): Promise<void> {
    this.count += 1;
    await this.db.query(
      `insert into "evidencePart" ("attemptId", number, "uploadId", bytes) values ($1, $2, $3, $4)`,
      [this.attempt, this.count, this.uploadId, bytes],
    );
  }

  /** Makes them the upload's content, unless it has one. Says under which hash it has its content now. */
  async joinAs(hash: string): Promise<string | undefined> {
    await this.db.query(
      `update "evidenceUpload" set hash = $2, content = (
         select string_agg(bytes, ''::bytea order by number) from "evidencePart"
         where "attemptId" = $3)
       where id = $1 and hash is null`,
      [this.uploadId, hash, this.attempt],
    );
    const row = await this.db.first<{ hash: string }>(
      'select hash from "evidenceUpload" where id = $1',
      [this.uploadId],
    );
    return row?.hash;
  }

  async drop(): Promise<void> {
    if (this.count === 0) return;
    await this.db.query('delete from "evidencePart" where "attemptId" = $1', [this.attempt]);
  }
}
