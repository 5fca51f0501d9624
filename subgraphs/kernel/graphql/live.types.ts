import { type ClassType, Field, ObjectType, registerEnumType } from 'type-graphql';
import { Cursor, DateTime } from './scalars';

export const UpdateKind = { SNAPSHOT: 'SNAPSHOT', CHANGE: 'CHANGE' } as const;
registerEnumType(UpdateKind, {
  name: 'UpdateKind',
  description: 'Why a live message was sent.',
  valuesConfig: {
    SNAPSHOT: { description: 'The state when the subscription began; always the first message.' },
    CHANGE: { description: 'Something was committed.' },
  },
});

/** Fields of a live message; the changed thing itself is added under its own name. */
export interface LiveUpdate {
  kind: keyof typeof UpdateKind;
  cursor: string;
  eventType: string | null;
  occurredAt: Date;
}

/**
 * Makes `<Name>Update`: what a live field returns. The gateway fills `kind`, `cursor`, `eventType` and `occurredAt`
 * and runs the selection of the field `of` as the query of the same name, so a message spans all subgraphs.
 */
export function updateType(
  name: string,
  field: string,
  of: () => ClassType,
): ClassType<LiveUpdate> {
  @ObjectType(`${name}Update`, { description: `A live message about one ${name}.` })
  class Update implements LiveUpdate {
    @Field(() => UpdateKind, { description: 'Snapshot or change.' })
    kind!: keyof typeof UpdateKind;

    @Field(() => Cursor, { description: 'Give it back as `after` to go on behind this message.' })
    cursor!: string;

    @Field(() => String, {
      nullable: true,
      description: 'The fact’s type, e.g. `escrow.funded`; null for a snapshot.',
    })
    eventType!: string | null;

    @Field(() => DateTime, { description: 'When it was committed.' })
    occurredAt!: Date;
  }
  Field(of, { nullable: true, description: `The ${name}; null when it can no longer be seen.` })(
    Update.prototype,
    field,
  );
  return Update;
}
