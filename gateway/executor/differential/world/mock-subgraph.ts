import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  execute,
  isEnumType,
  parse,
} from 'graphql';
import type { DoorRequest } from '#kernel/graphql/door';
import type { CallContext } from '../../../gateway.context';
import type { FetchAnswer, FetchSource } from '../../sources/fetch-source';
import { hash } from '../random';
import type { Mood } from '../run';
import { type FederatedType, federatedTypes, keyFields } from './federated-sdl';
import { type Entities, type MockObject, MockValues, entity, failure } from './mock-values';

/** A run's mood, and how many mutation fields it has run: a mutation's answer tells its turn. */
export interface MockRun {
  readonly mood: Mood;
  turn: number;
}

/** The runs that are going on, by what each carries to the subgraphs. */
export type MockRuns = WeakMap<CallContext, MockRun>;

/**
 * A subgraph made of its SDL alone. Values depend on the mood, the entity or place, the field and its arguments; a field
 * with @requires depends on the values it was given too, so a wrong representation shows in the answer.
 */
export class MockSubgraph implements FetchSource {
  private readonly documents = new Map<string, DocumentNode>();
  private readonly schema: GraphQLSchema;
  private readonly types: ReadonlyMap<string, FederatedType>;
  private readonly values: MockValues;

  constructor(
    readonly name: string,
    sdl: DocumentNode,
    private readonly shared: Entities,
    private readonly runs: MockRuns,
  ) {
    this.types = federatedTypes(sdl);
    this.schema = buildSubgraphSchema([{ typeDefs: sdl, resolvers: this.references() as never }]);
    for (const type of Object.values(this.schema.getTypeMap())) {
      // So that a value can be sent that the supergraph does not know.
      if (isEnumType(type) && !type.name.startsWith('__')) type.serialize = String;
    }
    const interfaceObjects = [...this.types].filter(([, type]) => type.isInterfaceObject);
    this.values = new MockValues(
      this.schema,
      shared,
      new Set(interfaceObjects.map(([type]) => type)),
    );
  }

  async fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer> {
    const run = this.runs.get(call);
    if (run === undefined) throw new Error('the call belongs to no run');
    const { mood } = run;
    const kind = request.variables?.['representations'] === undefined ? 'roots' : 'entities';
    const asked = `${mood.seed} ${this.name} answers ${kind}`;
    if (hash(asked) / 4_294_967_296 < mood.outages) return outage(request);
    const result = await execute({
      schema: this.schema,
      document: this.document(request.query),
      contextValue: run,
      variableValues: request.variables,
      operationName: request.operationName,
      fieldResolver: this.resolve,
      typeResolver: (value: MockObject) => value.__typename,
    });
    const answer = {
      data: result.data ?? null,
      ...(result.errors && { errors: result.errors.map((error) => error.toJSON()) }),
    };
    // One half as they come in this process, the other half as they come over HTTP.
    return mood.seed % 2 === 0 ? answer : (JSON.parse(JSON.stringify(answer)) as FetchAnswer);
  }

  private document(query: string): DocumentNode {
    const known = this.documents.get(query);
    if (known !== undefined) return known;
    const parsed = parse(query, { noLocation: true });
    if (this.documents.size >= 500) this.documents.clear();
    this.documents.set(query, parsed);
    return parsed;
  }

  private readonly resolve: GraphQLFieldResolver<MockObject | undefined, MockRun> = (
    source,
    args,
    run,
    { fieldName, returnType, parentType, schema },
  ) => {
    const { mood } = run;
    const type = this.types.get(parentType.name);
    if (source !== undefined && this.isKey(source, fieldName, type)) {
      return this.keyValue(source, fieldName, String(returnType));
    }
    const isMutation = parentType === schema.getMutationType();
    const turn = isMutation ? `#${(run.turn += 1)}` : '';
    const needed = type?.requires
      .get(fieldName)
      ?.map((name) => [name, source?.given?.[name] ?? null]);
    const key = `${source?.key ?? ''}.${fieldName}(${canonical(args)})${turn}${needed ? canonical(needed) : ''}`;
    return this.values.value(returnType, key, mood);
  };

  private isKey(source: MockObject, field: string, type: FederatedType | undefined): boolean {
    if (source.number === undefined) return false;
    return source.key.startsWith('part of') || keyFields(type).has(field);
  }

  /** Parts of a key tell the entity's number, so that any of its keys leads back to it. */
  private keyValue({ number = 0 }: MockObject, field: string, type: string): unknown {
    const named = type.replaceAll(/[[\]!]/g, '');
    if (named === 'Int') return number;
    if (named === 'ID' || named === 'String') return `${field}-${number}`;
    if (this.shared.entities.has(named)) {
      return entity(this.shared, named, number, { isInterfaceObject: false });
    }
    return { __typename: named, key: `part of ${named}:${number}`, number };
  }

  private references(): Record<string, unknown> {
    const resolvers: Record<string, unknown> = {};
    for (const [name, type] of this.types) {
      if (type.keys.length === 0) continue;
      resolvers[name] = {
        // Failing one by one; the resolver of all entities takes an error thrown at once for its own.
        __resolveReference: (reference: Record<string, unknown>, { mood }: MockRun) =>
          Promise.resolve().then(() => this.find(name, type, reference, mood)),
      };
    }
    return resolvers;
  }

  private find(
    name: string,
    type: FederatedType,
    reference: Record<string, unknown>,
    mood: Mood,
  ): MockObject | null {
    const key = `${this.name} has ${name}`;
    const number = [...keyFields(type)]
      .map((field) => numberIn(reference[field]))
      .find((found) => found !== undefined);
    if (number === undefined) throw failure(key);
    const drawn = hash(`${mood.seed} ${key} ${number}`) / 4_294_967_296;
    if (drawn < mood.errors / 2) throw failure(`${key} ${number}`);
    if (drawn < (mood.errors + mood.nulls) / 2) return null;
    const { isInterfaceObject } = type;
    const found = entity(this.shared, name, number, { isInterfaceObject });
    return { ...found, given: reference };
  }
}

/** What a source says for a subgraph that cannot be reached: an error at each entity, or one at all. */
function outage({ variables }: DoorRequest): FetchAnswer {
  const error = { message: 'planned outage', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };
  const asked: unknown = variables?.['representations'];
  if (!Array.isArray(asked)) return { errors: [error] };
  return { errors: asked.map((_one, i) => ({ ...error, path: ['_entities', i] })) };
}

/** The number that a value of a key tells. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const digits = /(\d+)$/.exec(value)?.[1];
    return digits === undefined ? undefined : Number(digits);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.values(value)
    .map(numberIn)
    .find((found) => found !== undefined);
}

/** JSON with sorted keys: the order of arguments or fields makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
