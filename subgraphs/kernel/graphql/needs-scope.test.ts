import { printSubgraphSchema } from '@apollo/subgraph';
import { graphql } from 'graphql';
import { Mutation, Query, Resolver } from 'type-graphql';
import { type Viewer, makeViewer } from '../auth/viewer';
import { federate } from './federate';
import { NeedsScope } from './needs-scope';

const boiled: string[] = [];

@Resolver()
class KitchenResolver {
  @Query(() => String, { nullable: true, description: 'Always there.' })
  smell(): string {
    return 'tea';
  }

  @NeedsScope('kitchen:write')
  @Mutation(() => String, { nullable: true, description: 'Boils water.' })
  boil(): string {
    boiled.push('water');
    return 'hot';
  }
}

const viewer = (kind: Viewer['kind'], ...scopes: string[]): Viewer =>
  makeViewer({ kind, accountId: 'acc_1', scopes, correlationId: 'test' });

it('says the scope in the graph and refuses those without it', async () => {
  const schema = await federate([KitchenResolver]);
  expect(printSubgraphSchema(schema)).toMatch(
    /boil: String @access\(scopes: \["kitchen:write"\]\)/,
  );
  const boil = async (who: Viewer) => {
    const { data, errors } = await graphql({
      schema,
      source: 'mutation { boil }',
      contextValue: { viewer: who },
    });
    return data?.['boil'] ?? errors?.[0]?.message;
  };
  expect(await boil(viewer('API_KEY', 'kitchen:read'))).toBe('This needs the scope kitchen:write.');
  expect(await boil(makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' }))).toMatch(/Sign in/);
  expect(boiled).toEqual([]);
  expect(await boil(viewer('API_KEY', 'kitchen:write'))).toBe('hot');
  expect(await boil(viewer('USER', '*'))).toBe('hot');
});
