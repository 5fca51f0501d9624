import { Kind, type FieldNode, buildSchema, parse, print, visit } from 'graphql';
import { aliasFields, fieldsWithArguments } from './argument-aliases';

const names = fieldsWithArguments(
  buildSchema(`
    type Query { thing(id: ID): Thing plain: Thing }
    interface Named { name(short: Boolean): String }
    type Thing implements Named { name(short: Boolean): String size: Int }
  `),
);

describe('aliases before planning', () => {
  it('are given to every field that can take arguments, with or without', () => {
    expect([...names].sort()).toEqual(['name', 'thing']);
    const { document } = aliasFields(
      parse('{ thing(id: 1) { name size } a: plain { name } }'),
      names,
    );
    expect(print(document).replaceAll(/\s+/g, ' ')).toBe(
      '{ with_thing: thing(id: 1) { with_name: name size } with_a: plain { with_name: name } }',
    );
  });

  it('are given to fields that the client calls by another name, which may be the name of a key', () => {
    const { document, keyOf } = aliasFields(parse('{ plain { size: name id: size } }'), new Set());
    expect(print(document).replaceAll(/\s+/g, ' ')).toBe(
      '{ plain { with_size: name with_id: size } }',
    );
    const unnamed = parse('{ plain: plain }').definitions[0]!;
    if (unnamed.kind !== Kind.OPERATION_DEFINITION) throw new Error('it is one');
    expect(keyOf(unnamed.selectionSet.selections[0] as FieldNode)).toBe('plain');
  });

  it('leave introspection out, which no subgraph is asked for', () => {
    const { document } = aliasFields(
      parse('{ plain { size } ... { __schema { types { name } } } }'),
      names,
    );
    expect(print(document).replaceAll(/\s+/g, ' ')).toBe('{ plain { size } ... { __typename } }');
  });

  it('never collide with the client’s own, and lead back to them', () => {
    const client = parse('{ with_thing: plain { size } _with_x: thing { with: name name } }');
    const { document, original, keyOf } = aliasFields(client, names);
    const keys: string[] = [];
    visit(document, { Field: ({ alias, name }) => void keys.push((alias ?? name).value) });
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.map(original)).toEqual(['with_thing', 'size', '_with_x', 'with', 'name']);
    const [first] = keys;
    const field = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'plain' } } as FieldNode;
    expect([first, keyOf(field)]).toEqual(['__with_with_thing', 'plain']);
  });
});
