import type { FetchNode, ResponsePath } from '@apollo/query-planner';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Find, compilePath, placesAt } from './entity-path';
import type { Run, Step } from './execution';
import { type JsonObject, isObject, merge } from './json';
import { type Represent, compileRepresentation } from './representations';
import { type Rewrite, compileRewrites } from './rewrites';
import type { TypeConditions } from './type-conditions';

/** Compiles one call to a subgraph, for the root or for the entities that a path leads to. */
export function compileFetch(node: FetchNode, path: ResponsePath, types: TypeConditions): Step {
  const { requires } = node;
  return requires === undefined
    ? rootFetch(node, path, types)
    : entityFetch(node, compileRepresentation(requires, types), path, types);
}

/** What it asks; the values of the variables that it uses. */
function variablesFor(names: readonly string[], given: JsonObject): JsonObject {
  const variables: JsonObject = {};
  for (const name of names) {
    if (Object.hasOwn(given, name) && given[name] !== undefined) variables[name] = given[name];
  }
  return variables;
}

function rootFetch(node: FetchNode, path: ResponsePath, types: TypeConditions): Step {
  const { operation: query, operationName, serviceName, variableUsages = [] } = node;
  const rewrite = compileRewrites(node.outputRewrites, types);
  const find = compilePath(path);
  return async (run) => {
    const targets = find(run.data);
    if (targets.length === 0) return;
    const variables = variablesFor(variableUsages, run.variables);
    const answer = await run.fetch(serviceName, { query, variables, operationName });
    for (const error of answer.errors ?? []) {
      const [place = []] = placesAt(path, run.data);
      run.errors.push(failed(error, error.path && [...place, ...error.path]));
    }
    if (!isObject(answer.data)) return;
    rewrite?.(answer.data);
    for (const target of targets) merge(target, answer.data);
  };
}

function entityFetch(
  node: FetchNode,
  represent: Represent,
  path: ResponsePath,
  types: TypeConditions,
): Step {
  const { operation: query, operationName, serviceName, variableUsages = [] } = node;
  const find: Find = compilePath(path);
  const rewriteInput = compileRewrites(node.inputRewrites, types);
  const rewriteOutput = compileRewrites(node.outputRewrites, types);
  return async (run) => {
    const asked = new Representations(find(run.data), represent, rewriteInput);
    if (asked.representations.length === 0) return;
    const variables = variablesFor(variableUsages, run.variables);
    variables['representations'] = asked.representations;
    const answer = await run.fetch(serviceName, { query, variables, operationName });
    if (answer.errors !== undefined) {
      run.errors.push(...entityErrors(answer.errors, asked, path, run));
    }
    const received = answer.data?.['_entities'];
    if (Array.isArray(received)) asked.fill(received, rewriteOutput, types);
  };
}

/** The entities of one fetch. Equal ones are asked for once. */
class Representations {
  readonly representations: JsonObject[] = [];
  /** Per entity: which representation stands for it; -1 when it lacks what is needed to be found. */
  readonly indices: number[] = [];

  constructor(
    private readonly entities: readonly JsonObject[],
    represent: Represent,
    rewrite: Rewrite | undefined,
  ) {
    const known = new Map<string, number>();
    for (const entity of entities) {
      const representation = represent(entity);
      if (representation === null || representation['__typename'] === undefined) {
        this.indices.push(-1);
        continue;
      }
      rewrite?.(representation);
      const key = JSON.stringify(representation);
      let index = known.get(key);
      if (index === undefined) {
        index = this.representations.push(representation) - 1;
        known.set(key, index);
      }
      this.indices.push(index);
    }
  }

  /** Equal entities come to share objects; nothing later tells them apart. */
  fill(received: readonly unknown[], rewrite: Rewrite | undefined, types: TypeConditions): void {
    const rewritten = new Set<number>();
    for (let i = 0; i < this.entities.length; i += 1) {
      const index = this.indices[i] ?? -1;
      const answer = received[index];
      const entity = this.entities[i];
      if (!isObject(answer) || entity === undefined) continue;
      if (rewrite !== undefined && !rewritten.has(index)) {
        rewritten.add(index);
        answer['__typename'] ??= entity['__typename'];
        rewrite(answer);
      }
      const typename = entity['__typename'];
      merge(entity, answer);
      // A subgraph that knows only an @interfaceObject calls it by the interface's name: that tells less.
      if (entity['__typename'] !== typename && !types.isObject(entity['__typename'])) {
        entity['__typename'] = typename;
      }
    }
  }
}

/** An error about the nth representation is an error at every place that it stands for. */
function entityErrors(
  errors: readonly GraphQLFormattedError[],
  asked: Representations,
  path: ResponsePath,
  run: Run,
): GraphQLError[] {
  let places: (string | number)[][] | undefined;
  return errors.flatMap((error) => {
    const [, index, ...rest] = error.path ?? [];
    if (typeof index !== 'number')
      return failed(
        error,
        path.filter((one) => one !== '@'),
      );
    places ??= placesAt(path, run.data);
    return places
      .filter((_place, i) => asked.indices[i] === index)
      .map((place) => failed(error, [...place, ...rest]));
  });
}

function failed(
  { message, extensions }: GraphQLFormattedError,
  path: readonly (string | number)[] | undefined,
): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null });
}
