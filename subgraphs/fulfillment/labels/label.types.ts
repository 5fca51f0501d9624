import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { ShippingLabelRow } from './label.entity';
import { labelMachine } from './label.machine';

const LabelState = enumOf(statesOf(labelMachine));
registerEnumType(LabelState, {
  name: 'LabelState',
  description: 'Where the purchase of a label is.',
  valuesConfig: {
    RESERVED: { description: 'Wanted; the carrier has not taken it yet.' },
    REQUESTED: { description: 'The carrier is being asked.' },
    AMBIGUOUS: { description: 'The carrier did not answer; it is asked what it has.' },
    ISSUED: { description: 'Bought.' },
    FAILED: { description: 'The carrier refused; nothing was charged.' },
    VOID_REQUESTED: { description: 'To be given back; the carrier is asked.' },
    VOIDED: { description: 'Given back.' },
  },
});

@ObjectType({ description: 'A carrier’s label for a shipment. Only its seller sees it.' })
export class ShippingLabel implements Pick<ShippingLabelRow, 'id' | 'state' | 'issuedAt'> {
  @Field(() => ID, { description: 'Opaque and stable; also the reference that the carrier has.' })
  id!: ShippingLabelRow['id'];

  @Field(() => LabelState, { description: 'Where the purchase is.' })
  state!: ShippingLabelRow['state'];

  @Field(() => DateTime, { nullable: true, description: 'When it was bought.' })
  issuedAt!: Date | null;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'What the carrier charges the seller; null until bought.',
  })
  charge!: MoneyType | null;
}
