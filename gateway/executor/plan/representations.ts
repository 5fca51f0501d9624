import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type JsonObject, isObject, merge, own, put } from './json';
import type { TypeConditions } from './type-conditions';

/** Takes out of an entity what a subgraph needs to find it again; null when something of it is missing. */
export type Represent = (entity: JsonObject) => JsonObject | null;

type Part = (entity: JsonObject, into: JsonObject) => boolean;

/** Compiles a fetch's `requires`: fields to copy, by the entity's type. */
export function compileRepresentation(
  selections: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): Represent {
  const parts = selections.map((selection) => compilePart(selection, types));
  return (entity) => {
    const representation: JsonObject = {};
    for (const part of parts) if (!part(entity, representation)) return null;
    return representation;
  };
}

function compilePart(selection: QueryPlanSelectionNode, types: TypeConditions): Part {
  if (selection.kind === 'InlineFragment') {
    const { typeCondition, selections } = selection;
    const represent = compileRepresentation(selections, types);
    return (entity, into) => {
      const typename = entity['__typename'];
      if (typeCondition === undefined || typeof typename !== 'string') return true;
      if (!types.fits(typeCondition, typename)) return true;
      const found = represent(entity);
      if (found !== null) merge(into, found);
      return true;
    };
  }
  const key = selection.alias ?? selection.name;
  const below = selection.selections && compileRepresentation(selection.selections, types);
  return (entity, into) => {
    const value = own(entity, key);
    if (value === undefined) return false;
    put(into, key, below === undefined ? value : representAll(value, below));
    return true;
  };
}

function representAll(value: unknown, represent: Represent): unknown {
  if (Array.isArray(value)) return value.map((one) => representAll(one, represent));
  return isObject(value) ? represent(value) : value;
}
