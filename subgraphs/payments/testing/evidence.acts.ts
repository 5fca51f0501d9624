import { accountIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { FileResponse } from '#kernel/server/subgraph';
import type { ChainedEntry } from '../evidence/evidence-chain.rules';
import { type Answer, user } from './acts';
import type { PlacedGroup, World } from './world';

/** An open dispute about a delivered order, and its sides. */
export interface Case {
  readonly id: string;
  readonly buyer: Viewer;
  readonly seller: Viewer;
  readonly group: PlacedGroup;
}

export const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

/** Where a file goes. */
export const placeOf = (answer: Answer) => answer['upload'] as { id: string; path: string };

/** What the sides of a case do with evidence, in words of a test. */
export class EvidenceActs {
  private keys = 0;

  constructor(private readonly world: World) {}

  async dispute(group = this.world.group([5_000n])): Promise<Case> {
    const { world } = this;
    const sellerId = accountIds.create();
    const [{ orderId, sellerId: shop } = { orderId: '', sellerId: '' }] = group.orders;
    await world.openSeller(shop, sellerId, false);
    await world.pay(group);
    await world.settled();
    await world.ship(group);
    await world.ship(group, 0, 'delivered');
    const buyer = user(group.buyerId);
    const opened = await world.mutate(
      buyer,
      'disputeOpen',
      {
        ...{ orderId, kind: 'REFUND_ONLY', reason: 'DAMAGED', text: 'broken' },
        idempotencyKey: this.key(),
      },
      'dispute { id }',
    );
    if (opened.userErrors.length > 0) throw new Error(JSON.stringify(opened.userErrors));
    const { id } = opened['dispute'] as { id: string };
    return { id, buyer, seller: user(sellerId), group };
  }

  add(viewer: Viewer, caseId: string, more: object): Promise<Answer> {
    return this.world.mutate(
      viewer,
      'disputeEvidenceAdd',
      { caseId, field: 'OTHER', idempotencyKey: this.key(), ...more },
      'evidence { id number side field sha256 contentType size text path prevHash entryHash }',
    );
  }

  /** Texts of a chargeback's evidence as somebody sees them. */
  async ofChargeback(viewer: Viewer, id: string): Promise<string[] | null> {
    const query = 'query ($id: ID!) { chargeback(id: $id) { evidence { text } } }';
    const { data } = await this.world.call(viewer, query, { id });
    const found = data?.['chargeback'] as { evidence: { text: string }[] | null } | null;
    return found?.evidence?.map(({ text }) => text) ?? null;
  }

  upload(viewer: Viewer, caseId: string, more: object = {}): Promise<Answer> {
    return this.world.mutate(
      viewer,
      'disputeEvidenceUploadCreate',
      {
        ...{ caseId, contentType: 'image/png', fileName: 'a.png', idempotencyKey: this.key() },
        ...more,
      },
      'upload { id path expiresAt }',
    );
  }

  /** What the gateway does with a path. */
  serve(
    method: 'GET' | 'PUT',
    path: string,
    bytes: Buffer | AsyncIterable<Buffer> = Buffer.alloc(0),
  ): Promise<FileResponse> {
    const token = path.split('/').at(-1) ?? '';
    const files = this.world.payments.files?.['evidence'];
    if (files === undefined) throw new Error('nobody keeps evidence');
    const body = Buffer.isBuffer(bytes) ? once(bytes) : bytes;
    return files({ method, token, body });
  }

  chainOf(caseId: string): Promise<ChainedEntry[]> {
    return this.world.db.query('select * from evidence where "caseId" = $1 order by number', [
      caseId,
    ]);
  }

  private key(): string {
    return `evidence ${(this.keys += 1).toString()}`;
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}
