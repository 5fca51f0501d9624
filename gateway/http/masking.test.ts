import type { GraphQLFormattedError } from 'graphql';
import { isFault, maskError } from './masking';

describe('what a client learns of an error', () => {
  it('keeps code and path of an expected one and nothing else', () => {
    const given = {
      message: 'A part of the graph cannot be reached; try again.',
      path: ['order', 'escrow'],
      locations: [{ line: 1, column: 2 }],
      extensions: {
        code: 'SUBGRAPH_UNAVAILABLE',
        serviceName: 'payments',
        stacktrace: ['at /srv/app.js'],
        queryPlan: '{}',
      },
    };
    expect(maskError(given, 'corr-1')).toEqual({
      message: given.message,
      path: given.path,
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', correlationId: 'corr-1' },
    });
    expect(isFault(given)).toBe(false);
  });

  it.each<[string, GraphQLFormattedError['extensions']]>([
    ['of Apollo Server', { code: 'INTERNAL_SERVER_ERROR' }],
    ['of a subgraph', { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'payments' }],
    ['with a number for a code', { code: 42 }],
    ['with a property’s name for a code', { code: 'toString' }],
    ['of the database', { code: '22P02' }],
    ['without a code', {}],
  ])('says nothing of a fault %s', (_what, extensions = {}) => {
    const error = { message: 'connect ECONNREFUSED 10.0.0.1:5432', path: ['a'], extensions };
    expect(maskError(error, 'corr-1')).toEqual({
      message: 'Internal error',
      path: ['a'],
      extensions: { code: 'INTERNAL', correlationId: 'corr-1' },
    });
    expect(isFault(error)).toBe(true);
  });

  it('lets through what a subgraph has chosen for clients, without saying so', () => {
    const extensions = { code: 'BAD_PAGE_ARGUMENTS', expected: true };
    const error = { message: 'a page holds 1 to 100 items', path: ['orders'], extensions };
    expect(isFault(error)).toBe(false);
    expect(maskError(error, 'corr-1')).toEqual({
      message: error.message,
      path: error.path,
      extensions: { code: 'BAD_PAGE_ARGUMENTS', correlationId: 'corr-1' },
    });
    const odd = { ...error, extensions: { code: 'select 1', expected: true } };
    expect(maskError(odd, 'corr-1').extensions?.['code']).toBe('INTERNAL');
  });

  it('keeps where a document is wrong', () => {
    const locations = [{ line: 3, column: 9 }];
    const extensions = { code: 'GRAPHQL_VALIDATION_FAILED' };
    expect(maskError({ message: 'no', locations, extensions }, 'c')).toMatchObject({ locations });
  });
});
