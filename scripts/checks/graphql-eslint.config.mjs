import graphql from '@graphql-eslint/eslint-plugin';

const schema = process.env.SCHEMA ?? 'schema/api.graphql';
const rule = (name, ...options) => [`@graphql-eslint/${name}`, ['error', ...options]];

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: Object.fromEntries([
      rule('relay-connection-types'),
      rule('relay-page-info'),
      rule('relay-arguments', { includeBoth: false }),
      rule('relay-edge-types', {
        listTypeCanWrapOnlyEdgeType: false,
        withEdgeSuffix: true,
        shouldImplementNode: true,
      }),
      rule('require-description', {
        types: true,
        FieldDefinition: true,
        rootField: true,
        EnumValueDefinition: true,
      }),
      rule('require-deprecation-reason'),
      rule('no-typename-prefix'),
      rule('no-unreachable-types'),
      rule('no-hashtag-description'),
      rule('unique-enum-value-names'),
      rule('no-scalar-result-type-on-mutation'),
      rule('naming-convention', {
        types: 'PascalCase',
        FieldDefinition: 'camelCase',
        InputValueDefinition: 'camelCase',
        Argument: 'camelCase',
        EnumValueDefinition: 'UPPER_CASE',
      }),
    ]),
  },
];
