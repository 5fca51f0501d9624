import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import type { ChargebackOrder } from '../chargebacks/chargeback.loaders';
import { Chargeback } from '../chargebacks/chargeback.types';
import { Dispute } from '../disputes/dispute.types';
import { Escrow } from '../escrow/escrow.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import type { Loaders } from '../payments.loaders';
import { visibleTo } from './evidence-case.service';
import {
  ContractSnapshot,
  DisputeEvidence,
  DisputeEvidenceAddInput,
  DisputeEvidenceAddPayload,
  type DisputeEvidenceUpload,
  DisputeEvidenceUploadCreateInput,
  DisputeEvidenceUploadCreatePayload,
} from './evidence.types';

@Resolver(() => DisputeEvidence)
export class DisputeEvidenceResolver {
  @NeedsScope('payments:write')
  @Mutation(() => DisputeEvidenceUploadCreatePayload, {
    nullable: true,
    description: 'A place for one file of an open case. Its parties and operators.',
  })
  disputeEvidenceUploadCreate(
    @Arg('input', () => DisputeEvidenceUploadCreateInput, { description: 'Which case and file.' })
    { idempotencyKey, ...file }: DisputeEvidenceUploadCreateInput,
    @Ctx() { viewer, evidenceUploads }: PaymentsContext,
  ): Promise<Payload<{ upload: DisputeEvidenceUpload }>> {
    return DisputeEvidenceUploadCreatePayload.settle(async () => ({
      upload: await evidenceUploads.create(viewer, { ...file, key: keyOf(idempotencyKey) }),
    }));
  }

  @NeedsScope('payments:write')
  @Mutation(() => DisputeEvidenceAddPayload, {
    nullable: true,
    description: 'Adds evidence to an open case, for ever. Its parties and operators.',
  })
  disputeEvidenceAdd(
    @Arg('input', () => DisputeEvidenceAddInput, { description: 'What, to which case.' })
    input: DisputeEvidenceAddInput,
    @Ctx() { viewer, evidence }: PaymentsContext,
  ): Promise<Payload<{ evidence: DisputeEvidence }>> {
    return DisputeEvidenceAddPayload.settle(async () => {
      const { caseId, field, visibility, text, uploadId } = input;
      const added = await evidence.add(viewer, {
        ...{ key: keyOf(input.idempotencyKey), caseId, field, visibility },
        ...(text != null && { text }),
        ...(uploadId != null && { uploadId }),
      });
      return { evidence: added };
    });
  }

  @FieldResolver(() => String, { nullable: true, description: 'Its text; null for a file.' })
  async text(
    @Root() { contentHash, contentType }: DisputeEvidence,
    @Ctx() { load }: PaymentsContext,
  ): Promise<string | null> {
    if (contentType !== 'text/plain') return null;
    return (await load.evidenceContent.load(contentHash))?.content.toString('utf8') ?? null;
  }

  @FieldResolver(() => String, {
    description: 'Path of this server from which its bytes can be fetched for five minutes.',
  })
  path(@Root() { id }: DisputeEvidence, @Ctx() { evidenceUploads }: PaymentsContext): string {
    return evidenceUploads.link(id);
  }
}

@Resolver(() => Dispute)
export class DisputeCaseResolver {
  @Directive('@cost(weight: 20)')
  @Query(() => String, {
    nullable: true,
    description:
      'A dispute with its contract, evidence and decisions as one canonical JSON text that anybody can check; null unless its party, operator or auditor.',
  })
  async disputeExport(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { viewer, load, disputeExports }: PaymentsContext,
  ): Promise<string | null> {
    const dispute = await load.dispute.load(id);
    if (dispute === null) return null;
    const all = await load.evidence.load(id);
    return disputeExports.export(dispute, all, visibleTo(viewer, await load.sideOf(dispute), all));
  }

  @Directive('@listSize(assumedSize: 10)')
  @Directive('@access(perUser: true)')
  @FieldResolver(() => [DisputeEvidence], {
    description: 'What was filed and the viewer may see, oldest first.',
  })
  async evidence(
    @Root() dispute: Dispute,
    @Ctx() { viewer, load }: PaymentsContext,
  ): Promise<DisputeEvidence[]> {
    const [side, all] = await Promise.all([load.sideOf(dispute), load.evidence.load(dispute.id)]);
    return visibleTo(viewer, side, all);
  }
}

/** Whose own matter a chargeback is sees of it what that party sees, operators too. */
async function isParty(
  viewer: Viewer,
  load: Loaders,
  orders: readonly ChargebackOrder[],
): Promise<boolean> {
  if (orders.some(({ buyerId }) => buyerId === viewer.accountId)) return true;
  const sells = await Promise.all(orders.map(({ sellerId }) => load.isSeller(sellerId)));
  return sells.includes(true);
}

@Resolver(() => Chargeback)
export class ChargebackEvidenceResolver {
  @Directive('@listSize(assumedSize: 10)')
  @Directive('@access(perUser: true)')
  @FieldResolver(() => [DisputeEvidence], {
    nullable: true,
    description:
      'What was filed for the answer to the bank, oldest first; null for others than the seller of all its orders, operators and auditors.',
  })
  async evidence(
    @Root() { id }: Chargeback,
    @Ctx() { viewer, load }: PaymentsContext,
  ): Promise<DisputeEvidence[] | null> {
    const orders = await load.chargebackOrders.load(id);
    const [first, ...others] = orders;
    const isOne = others.every((order) => order.sellerId === first?.sellerId);
    const sellerId = isOne ? first?.sellerId : undefined;
    const isSeller = sellerId !== undefined && (await load.isSeller(sellerId));
    const reads = hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');
    if (!isSeller && !(reads && !(await isParty(viewer, load, orders)))) return null;
    return visibleTo(viewer, isSeller ? 'SELLER' : undefined, await load.evidence.load(id));
  }
}

@Resolver(() => Escrow)
export class EscrowContractResolver {
  @FieldResolver(() => ContractSnapshot, {
    nullable: true,
    description: 'What both parties accepted; null until it came here, and for old orders.',
  })
  contract(
    @Root() { orderId }: Escrow,
    @Ctx() { load }: PaymentsContext,
  ): Promise<ContractSnapshot | null> {
    return load.contract.load(orderId);
  }
}
