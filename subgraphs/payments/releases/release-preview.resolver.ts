import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import type { Payload } from '#kernel/graphql/payload.types';
import type { PaymentsContext } from '../payments.context';
import {
  type EscrowReleasePreview,
  EscrowReleasePreviewInput,
  EscrowReleasePreviewPayload,
} from './release-preview.types';
import { releaseTarget } from './release-target.service';

@Resolver()
export class EscrowReleasePreviewResolver {
  @Query(() => EscrowReleasePreviewPayload, {
    nullable: true,
    description:
      'What `escrowReleaseConfirm` would do now: it is run for real and rolled back. Buyer, seller, operators.',
  })
  escrowReleasePreview(
    @Arg('input', () => EscrowReleasePreviewInput, { description: 'What would be released.' })
    input: EscrowReleasePreviewInput,
    @Ctx() { viewer, releasePreviews }: PaymentsContext,
  ): Promise<Payload<{ preview: EscrowReleasePreview }>> {
    return EscrowReleasePreviewPayload.settle(async () => {
      const found = await releasePreviews.preview(viewer, releaseTarget(input));
      const { sum, currency, seesSeller } = found;
      const all = (minor: bigint): MoneyType => MoneyType.of(minor, currency);
      const sellers = (minor: bigint): MoneyType | null => (seesSeller ? all(minor) : null);
      return {
        preview: {
          gross: all(sum.gross),
          frozen: all(sum.frozen),
          commission: sellers(sum.commission),
          tax: sellers(sum.tax),
          debt: sellers(sum.debt),
          advance: sellers(sum.advance),
          ads: sellers(sum.ads),
          reserve: sellers(sum.reserve),
          pending: sellers(sum.pending),
          available: sellers(sum.available),
        },
      };
    });
  }
}
