import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  executeSync,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { CallContext } from '../gateway.context';
import type { AliasedDocument } from './argument-aliases';
import { compilePlan } from './plan/compile-plan';
import type { Step } from './plan/execution';
import type { JsonObject } from './plan/json';
import type { TypeConditions } from './plan/type-conditions';
import { collectFields } from './shape/collect-fields';
import { ShapeCompiler, type Shaping } from './shape/shaper';
import type { FetchSource } from './sources/fetch-source';

export interface OperationParts {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly plan: QueryPlan;
  readonly aliased: AliasedDocument;
  /** The schema of clients. */
  readonly schema: GraphQLSchema;
  readonly types: TypeConditions;
  readonly sources: ReadonlyMap<string, FetchSource>;
}

interface Shape {
  readonly shape: (data: JsonObject, shaping: Shaping) => JsonObject | null;
  /** `__schema` and `__type` at the root: the gateway answers them itself. */
  readonly introspection: readonly FieldNode[];
}

const MAX_SHAPES = 16;
const INTROSPECTION = new Set(['__schema', '__type']);

/** One operation, compiled once: its plan to closures, its selection to a shaper. Runs any number of times at once. */
export class Operation {
  readonly kind: OperationDefinitionNode['operation'];
  private readonly step: Step;
  private readonly root: GraphQLObjectType;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Variables that decide @skip and @include; each combination of them has a shape of its own. */
  private readonly deciding: readonly string[];
  private readonly shapes = new Map<string, Shape>();

  constructor(private readonly parts: OperationParts) {
    const { operation, plan, schema, document, types } = parts;
    this.kind = operation.operation;
    this.step = compilePlan(plan, operation, types);
    const root = schema.getRootType(operation.operation);
    if (root == null) throw new GraphQLError(`There is no ${operation.operation} here.`);
    this.root = root;
    this.fragments = new Map(
      document.definitions
        .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
    this.deciding = decidingVariables(document);
  }

  /** Runs it for a caller. Variables are checked already. */
  async run(variables: JsonObject, call: CallContext): Promise<ExecutionResult> {
    const errors: GraphQLError[] = [];
    const data: JsonObject = {};
    await this.step({
      data,
      variables,
      errors,
      fetch: (subgraph, request) => {
        const source = this.parts.sources.get(subgraph);
        if (source === undefined) throw new Error(`there is no source for ${subgraph}`);
        return source.fetch(request, call);
      },
    });
    const { shape, introspection } = this.shapeFor(variables);
    const shaping: Shaping = {
      incomplete: false,
      introspection: introspection.length === 0 ? {} : this.introspect(introspection, variables),
    };
    const shaped = shape(data, shaping);
    if (errors.length > 0) return { data: shaped, errors: errors.map((one) => this.named(one)) };
    return shaping.incomplete ? { data: shaped, extensions: INCOMPLETE } : { data: shaped };
  }

  private shapeFor(variables: JsonObject): Shape {
    const { operation, schema, aliased } = this.parts;
    const values = this.decided(variables);
    const key = JSON.stringify(Object.values(values));
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const selections = { schema, fragments: this.fragments, variables: values };
    const compiler = new ShapeCompiler(selections, aliased.keyOf);
    const fields = collectFields(selections, this.root, [operation.selectionSet]);
    const made: Shape = {
      shape: compiler.root(this.root, operation.selectionSet),
      introspection: [...fields.values()]
        .flat()
        .filter(({ name }) => INTROSPECTION.has(name.value)),
    };
    if (this.shapes.size < MAX_SHAPES) this.shapes.set(key, made);
    return made;
  }

  private decided(variables: JsonObject): JsonObject {
    const values: JsonObject = {};
    for (const name of this.deciding) {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      values[name] = given ?? this.defaultOf(name);
    }
    return values;
  }

  private defaultOf(name: string): unknown {
    const { variableDefinitions = [] } = this.parts.operation;
    const definition = variableDefinitions.find((one) => one.variable.name.value === name);
    return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
  }

  private introspect(fields: readonly FieldNode[], variables: JsonObject): JsonObject {
    const { operation, schema } = this.parts;
    const { data, errors } = executeSync({
      schema,
      document: {
        kind: Kind.DOCUMENT,
        definitions: [
          { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: fields } },
          ...this.fragments.values(),
        ],
      },
      variableValues: variables,
    });
    if (data == null) throw new Error(`introspection failed: ${errors?.[0]?.message ?? ''}`);
    return data;
  }

  /** An error with its path in the client's names. */
  private named(error: GraphQLError): GraphQLError {
    const { message, path, extensions } = error;
    const original = path?.map((key) =>
      typeof key === 'string' ? this.parts.aliased.original(key) : key,
    );
    return new GraphQLError(message, { path: original ?? null, extensions });
  }
}

/** Says, to the pipeline only, that something promised was missing without an error that explains it. */
const INCOMPLETE = { valueCompletion: true } as const;

function decidingVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names].sort();
}
