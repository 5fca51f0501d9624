import { Kind, type OperationDefinitionNode, type OperationTypeNode, parse, print } from 'graphql';
import type { Example } from './config';

/** An example as the list shows it. */
export interface ListedExample {
  readonly name: string;
  readonly kind: OperationTypeNode;
  /** The comment that it begins with. */
  readonly about: string;
  readonly query: string;
  /** JSON with a place for each variable that has to be given. */
  readonly variables: string;
}

/** Reads an example; undefined when it is no operation. */
export function listed({ name, query, variables }: Example): ListedExample | undefined {
  const operation = operationOf(query);
  if (operation === undefined) return undefined;
  const comment = /^(?:[ \t]*#.*\n)+/.exec(query)?.[0] ?? '';
  return {
    name: operation.name?.value ?? name,
    kind: operation.operation,
    about: comment
      .replaceAll(/^[ \t]*#[ \t]?/gm, '')
      .replaceAll('\n', ' ')
      .trim(),
    query,
    variables: variables ?? template(operation),
  };
}

function operationOf(query: string): OperationDefinitionNode | undefined {
  try {
    return parse(query).definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  } catch {
    return undefined;
  }
}

function template({ variableDefinitions = [] }: OperationDefinitionNode): string {
  const wanted = variableDefinitions.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
  );
  if (wanted.length === 0) return '';
  const places = wanted.map(({ variable, type }) => [
    variable.name.value,
    placeFor(variable.name.value, print(type)),
  ]);
  return JSON.stringify(Object.fromEntries(places), null, 2);
}

function placeFor(name: string, type: string): unknown {
  // Each opening of the example is a new intent, so a second try in the same tab repeats and a new tab does not.
  if (name === 'idempotencyKey') return crypto.randomUUID();
  if (type.startsWith('[')) return [];
  return type.endsWith('Input!') ? {} : '';
}
