import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'The buyer has the goods: name the order or its escrow.' })
export class EscrowReleaseConfirmInput {
  @Field(() => ID, { nullable: true, description: 'The order.' })
  orderId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Or its escrow.' })
  escrowId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only this part of it, e.g. one parcel; without it all that has left.',
  })
  trancheId?: string | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}
