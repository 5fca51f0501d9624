import { Field, InputType, ObjectType } from 'type-graphql';
import { CountryCode } from '#kernel/graphql/scalars';

@ObjectType({ description: 'Where goods go. Personal: only the parties of an order see it.' })
export class PostalAddress {
  @Field(() => String, { description: 'Who receives.' })
  name!: string;

  @Field(() => String, { description: 'Street and number.' })
  street!: string;

  @Field(() => String, { description: 'Town.' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'State or province, where one is used.' })
  region!: string | null;

  @Field(() => String, { description: 'Postal code.' })
  postalCode!: string;

  @Field(() => CountryCode, { description: 'Country.' })
  country!: string;
}

@InputType({ description: 'Where goods go.' })
export class AddressInput {
  @Field(() => String, { description: 'Who receives; 1 to 100 characters.' })
  name!: string;

  @Field(() => String, { description: 'Street and number; 1 to 200 characters.' })
  street!: string;

  @Field(() => String, { description: 'Town; 1 to 100 characters.' })
  city!: string;

  @Field(() => String, { nullable: true, description: 'State or province, where one is used.' })
  region?: string | null;

  @Field(() => String, { description: 'Postal code; 1 to 20 characters.' })
  postalCode!: string;

  @Field(() => CountryCode, { description: 'Country.' })
  country!: string;
}
