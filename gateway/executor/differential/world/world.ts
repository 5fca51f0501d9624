import { readFileSync, readdirSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { Kind, parse } from 'graphql';
import type { FetchSource } from '../../sources/fetch-source';
import { federatedTypes } from './federated-sdl';
import { MockSubgraph, type MockRuns } from './mock-subgraph';
import type { Entities } from './mock-values';
import { TORTURE } from './torture';

/** A supergraph with subgraphs that answer. */
export interface World {
  readonly sdl: string;
  readonly sources: ReadonlyMap<string, FetchSource>;
  readonly runs: MockRuns;
}

/** The graph that uses everything of federation. */
export const tortureWorld = (): World => mockWorld(compose(TORTURE), TORTURE);

/** Our own graph, as it is committed. */
export function tradegraphWorld(): World {
  const files = readdirSync('schema/subgraphs').map((file): [string, string] => [
    file.replace('.graphql', ''),
    readFileSync(`schema/subgraphs/${file}`, 'utf8'),
  ]);
  return mockWorld(readFileSync('schema/supergraph.graphql', 'utf8'), Object.fromEntries(files));
}

/** Composes subgraphs; throws when they do not fit. */
export function compose(subgraphs: Readonly<Record<string, string>>): string {
  const { errors, supergraphSdl } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      url: `http://${name}`,
      typeDefs: parse(sdl),
    })),
  );
  if (errors !== undefined) throw new Error(errors.map(String).join('\n'));
  return supergraphSdl;
}

function mockWorld(sdl: string, subgraphs: Readonly<Record<string, string>>): World {
  const runs: MockRuns = new WeakMap();
  const shared = entitiesOf(subgraphs);
  const sources = new Map(
    Object.entries(subgraphs).map(([name, text]) => [
      name,
      new MockSubgraph(name, parse(text), shared, runs),
    ]),
  );
  return { sdl, sources, runs };
}

function entitiesOf(subgraphs: Readonly<Record<string, string>>): Entities {
  const documents = Object.values(subgraphs).map((sdl) => parse(sdl));
  const entities = new Set<string>();
  const interfaces = new Set<string>();
  for (const document of documents) {
    for (const [name, { keys, isInterface }] of federatedTypes(document)) {
      if (keys.length > 0) entities.add(name);
      if (keys.length > 0 && isInterface) interfaces.add(name);
    }
  }
  const families = new Map<string, string[]>();
  const familyOf = new Map<string, string>();
  for (const { definitions } of documents) {
    for (const one of definitions) {
      if (one.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const { name } of one.interfaces ?? []) {
        if (!interfaces.has(name.value)) continue;
        const members = families.get(name.value) ?? [];
        if (!members.includes(one.name.value)) members.push(one.name.value);
        families.set(name.value, members.sort());
        familyOf.set(one.name.value, name.value);
      }
    }
  }
  return { entities, families, familyOf };
}
