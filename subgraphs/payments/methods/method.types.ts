import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { MethodSetupId, SavedMethodId } from '../payments.ids';
import type { MethodSetupRow } from './method-setup.entity';
import type { SetupState } from './method.rules';
import type { SavedMethodRow } from './saved-method.entity';

@Directive('@key(fields: "id")')
@ObjectType('Account', { implements: NodeType, description: 'Someone who can sign in.' })
export class Account extends NodeType {}

const States = enumOf<SetupState>([
  ...(['CREATED', 'REQUIRES_ACTION', 'READY'] as const),
  ...(['FAILED', 'SAVED', 'REMOVED'] as const),
]);
registerEnumType(States, {
  name: 'PaymentMethodSetupStatus',
  description: 'Where the setup of a means of payment stands.',
  valuesConfig: {
    CREATED: { description: 'About to be sent.' },
    REQUIRES_ACTION: {
      description: 'Its owner must agree: open `actionUrl`, then save it within a day.',
    },
    READY: { description: 'It can be saved.' },
    FAILED: { description: 'The provider does not keep it.' },
    SAVED: { description: 'It was saved.' },
    REMOVED: {
      description: 'It was removed, the same card was saved anew, or nobody saved it within a day.',
    },
  },
});
export { States as PaymentMethodSetupStatus };

@ObjectType({ description: 'A means of payment on its way to be kept. Its buyer only.' })
export class PaymentMethodSetup implements Pick<MethodSetupRow, 'id' | 'actionUrl'> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: MethodSetupId;

  @Field(() => String, {
    nullable: true,
    description: 'Where its owner has to agree; null unless REQUIRES_ACTION.',
  })
  actionUrl!: string | null;

  state!: SetupState;
}

@ObjectType({
  implements: NodeType,
  description:
    'A means of payment that its buyer keeps. Nobody else sees it. No card number is kept.',
})
export class SavedPaymentMethod
  extends NodeType
  implements Omit<SavedMethodRow, 'buyerId' | 'setupId' | 'pspMethodId' | 'fingerprint' | 'country'>
{
  declare id: SavedMethodId;

  @Field(() => String, { description: 'Kind of card, as the provider says.' })
  brand!: string;

  @Field(() => String, { description: 'The last four digits, to recognise it by.' })
  last4!: string;

  @Field(() => Int, { description: 'Good until the end of this month, 1 to 12 …' })
  expMonth!: number;

  @Field(() => Int, { description: '… of this year.' })
  expYear!: number;

  @Field(() => String, { description: 'Which text its owner agreed to when it was saved.' })
  consentVersion!: string;

  @Field(() => DateTime, { description: 'When they did.' })
  consentAt!: Date;

  @Field(() => DateTime, { description: 'When it was saved first.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was removed; null while it is kept.',
  })
  removedAt!: Date | null;
}

export const SavedPaymentMethodConnection = connectionType(
  'SavedPaymentMethod',
  () => SavedPaymentMethod,
);

@InputType({ description: 'Starts keeping a means of payment.' })
export class PaymentMethodSetupInput {
  @Field(() => String, {
    description: 'The provider’s token for it; never a card number (CARD_NUMBER_REFUSED).',
  })
  token!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Keeps a means of payment that was set up.' })
export class PaymentMethodSaveInput {
  @Field(() => ID, { description: 'Which setup.' })
  setupId!: string;

  @Field(() => String, {
    description:
      'Which text its owner agreed to, e.g. `2026-11`; 1 to 100 characters. Kept, with the time.',
  })
  consentVersion!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Forgets a means of payment.' })
export class PaymentMethodRemoveInput {
  @Field(() => ID, { description: 'Which.' })
  paymentMethodId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const PaymentMethodSetupPayload = payloadType<{ setup: PaymentMethodSetup }>(
  'PaymentMethodSetup',
  codesOf('CARD_NUMBER_REFUSED', 'METHOD_UNUSABLE', 'PSP_UNAVAILABLE'),
  { setup: { type: () => PaymentMethodSetup, description: 'The setup, as far as it is known.' } },
);

const methodField = {
  paymentMethod: { type: () => SavedPaymentMethod, description: 'The means of payment.' },
};

export const PaymentMethodSavePayload = payloadType<{ paymentMethod: SavedPaymentMethod }>(
  'PaymentMethodSave',
  codesOf('NOT_FOUND', 'METHOD_UNUSABLE', 'CONSENT_INVALID', 'PSP_UNAVAILABLE'),
  methodField,
);

export const PaymentMethodRemovePayload = payloadType<{ paymentMethod: SavedPaymentMethod }>(
  'PaymentMethodRemove',
  codesOf('NOT_FOUND'),
  methodField,
);
