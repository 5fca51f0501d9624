import {
  type ClassType,
  Directive,
  Field,
  InterfaceType,
  ObjectType,
  registerEnumType,
} from 'type-graphql';
import { type ErrorTable, Refusal } from '../errors/refusal';
import { enumOf } from '../machine/machine';
import { DateTime } from './scalars';

/** A refusal that the caller can act on. Each mutation's own errors add a `code`. */
@InterfaceType({
  description: 'An expected refusal; nothing was changed.',
  autoRegisterImplementations: false,
})
export abstract class UserError {
  @Field(() => String, { description: 'For a developer to read; not for branching.' })
  message!: string;

  @Field(() => [String], { nullable: true, description: 'Path of the input field at fault.' })
  field!: string[] | null;

  @Field(() => Boolean, { description: 'True when the same call may succeed later.' })
  retryable!: boolean;
}

interface PayloadField {
  readonly type: () => ClassType | [ClassType] | object;
  readonly description: string;
}

/** What a mutation answers: fields that are null when it refused, and its user errors. */
export type Payload<T> = { [K in keyof T]: T[K] | null } & {
  userErrors: { code: string; message: string; field: string[] | null; retryable: boolean }[];
};

export interface PayloadClass<T> {
  new (): Payload<T>;
  /** Runs the use case: its result as a payload, a refusal as user errors; faults pass through. */
  settle(run: () => Promise<T>): Promise<Payload<T>>;
}

/**
 * Makes `<Mutation>Payload`, `<Mutation>UserError` and `<Mutation>ErrorCode`. `codes` are the refusals that this
 * mutation can answer with; one that is not among them is a fault.
 */
export function payloadType<T extends object>(
  mutation: string,
  codes: ErrorTable,
  fields: { readonly [K in keyof T]: PayloadField },
): PayloadClass<T> {
  const Codes = enumOf(Object.keys(codes));
  registerEnumType(Codes, {
    name: `${mutation}ErrorCode`,
    description: `Why ${mutation} can refuse.`,
    valuesConfig: Object.fromEntries(
      Object.entries(codes).map(([code, description]) => [code, { description }]),
    ),
  });

  @ObjectType(`${mutation}UserError`, {
    implements: UserError,
    description: `An expected refusal of ${mutation}.`,
  })
  class ErrorClass extends UserError {
    @Field(() => Codes, { description: 'Stable: branch on this.' })
    code!: string;
  }

  @ObjectType(`${mutation}Payload`, { description: `What ${mutation} answers.` })
  class PayloadBase {
    @Field(() => [ErrorClass], { description: 'Why nothing was done; empty on success.' })
    userErrors!: ErrorClass[];

    static async settle(run: () => Promise<T>): Promise<Payload<T>> {
      try {
        return { ...(await run()), userErrors: [] };
      } catch (error) {
        if (!(error instanceof Refusal) || !(error.code in codes)) throw error;
        const { code, message, field, retryable } = error;
        const nothing = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
        const userErrors = [
          { code, message, field: field === undefined ? null : [...field], retryable },
        ];
        return { ...nothing, userErrors } as Payload<T>;
      }
    }
  }
  for (const [name, { type, description }] of Object.entries<PayloadField>(fields)) {
    Field(type as () => ClassType, { nullable: true, description })(PayloadBase.prototype, name);
  }
  return PayloadBase as unknown as PayloadClass<T>;
}

@Directive('@shareable')
@ObjectType('ViewerAction', {
  description: 'Something the viewer could do, judged by the same rules as the mutation itself.',
})
export class ActionType {
  @Field(() => String, { description: 'Name of the mutation, e.g. `orderCancel`.' })
  action!: string;

  @Field(() => Boolean, { description: 'True when it would be accepted now.' })
  allowed!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the refusal when it is not allowed.',
  })
  reason!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it is possible, where there is a deadline.',
  })
  deadline!: Date | null;
}
