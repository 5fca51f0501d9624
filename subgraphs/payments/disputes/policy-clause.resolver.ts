import { Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { CURRENT_POLICY, policyOf } from '#contracts/trade-policy';
import type { PaymentsContext } from '../payments.context';
import { Dispute } from './dispute.types';
import { PolicyClause } from './policy-clause.types';

@Resolver(() => Dispute)
export class DisputePolicyResolver {
  @Directive('@listSize(assumedSize: 12)')
  @FieldResolver(() => [PolicyClause], {
    description:
      'Clauses of the trade policy that it is judged by, as the order was placed under; a decision cites some of them.',
  })
  async policy(
    @Root() { orderId }: Dispute,
    @Ctx() { load }: PaymentsContext,
  ): Promise<PolicyClause[]> {
    const accepted = await load.contract.load(orderId);
    const { policyVersion = CURRENT_POLICY.version } = JSON.parse(accepted?.text ?? '{}') as {
      readonly policyVersion?: string;
    };
    const clauses = policyOf(policyVersion)?.clauses ?? [];
    return clauses.map(({ id: code, ...clause }) => ({ code, ...clause }));
  }
}
