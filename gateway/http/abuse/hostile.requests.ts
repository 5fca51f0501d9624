import { gzipSync } from 'node:zlib';

/** A request that is hostile as such, and its exact refusal. */
export interface HostileRequest {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly status: number;
  readonly code: string;
}

const BAD = 'BAD_REQUEST';
const FINE = '{"query":"{ __typename }"}';
const LIVE = '{"query":"subscription { orderUpdated(id: 1) { cursor } }"}';
const typed = (type: string) => ({ 'content-type': type });

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  { name: 'a batch', body: `[${FINE},${FINE}]`, status: 400, code: BAD },
  { name: 'an empty batch', body: '[]', status: 400, code: BAD },
  { name: 'no body', body: '', status: 400, code: BAD },
  { name: 'half a JSON', body: '{"query":"{ __typename', status: 400, code: BAD },
  { name: 'a JSON text', body: '"{ __typename }"', status: 400, code: BAD },
  { name: 'JSON null', body: 'null', status: 400, code: BAD },
  { name: 'brackets without end', body: '['.repeat(200_000), status: 400, code: BAD },
  {
    name: 'bytes that are no UTF-8',
    body: Buffer.concat([
      Buffer.from('{"query":"{ '),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from(' }"}'),
    ]),
    status: 200,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    name: 'the same key twice',
    body: '{"query":"{ order(id: 1) { id } }","query":"{ nothing }"}',
    status: 200,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'a query that is an object',
    body: '{"query":{"kind":"Document","definitions":[]}}',
    status: 400,
    code: BAD,
  },
  { name: 'a query that is a list', body: '{"query":["{ __typename }"]}', status: 400, code: BAD },
  {
    name: 'variables that are a text',
    body: '{"query":"{ __typename }","variables":"{}"}',
    status: 400,
    code: BAD,
  },
  {
    name: 'variables that are a list',
    body: '{"query":"{ __typename }","variables":[1]}',
    status: 400,
    code: BAD,
  },
  {
    name: 'a name that is a number',
    body: '{"query":"{ __typename }","operationName":7}',
    status: 400,
    code: BAD,
  },
  {
    name: 'extensions that are a text',
    body: '{"query":"{ __typename }","extensions":"x"}',
    status: 400,
    code: BAD,
  },
  {
    name: 'a prototype in the body',
    body: '{"__proto__":{"query":"{ __typename }"}}',
    status: 400,
    code: BAD,
  },
  {
    name: 'a body that is too large',
    body: `{"query":"{ __typename }","variables":{"x":"${'x'.repeat(300_000)}"}}`,
    status: 413,
    code: BAD,
  },
  {
    name: 'a gzip bomb',
    body: gzipSync(Buffer.alloc(20_000_000, ' ')),
    headers: { 'content-encoding': 'gzip' },
    status: 413,
    code: BAD,
  },
  {
    name: 'gzip that is none',
    body: 'not gzip',
    headers: { 'content-encoding': 'gzip' },
    status: 400,
    code: BAD,
  },
  {
    name: 'an encoding that nobody knows',
    body: FINE,
    headers: { 'content-encoding': 'x-own' },
    status: 415,
    code: BAD,
  },
  {
    name: 'a charset that nobody knows',
    body: FINE,
    headers: typed('application/json; charset=klingon'),
    status: 415,
    code: BAD,
  },
  { name: 'plain text', body: FINE, headers: typed('text/plain'), status: 400, code: BAD },
  {
    name: 'a form',
    body: 'query={__typename}',
    headers: typed('application/x-www-form-urlencoded'),
    status: 400,
    code: BAD,
  },
  {
    name: 'an upload',
    body: FINE,
    headers: typed('multipart/form-data; boundary=x'),
    status: 400,
    code: BAD,
  },
  { name: 'XML', body: '<a/>', headers: typed('application/xml'), status: 400, code: BAD },
  { name: 'PUT', method: 'PUT', body: FINE, status: 405, code: BAD },
  { name: 'DELETE', method: 'DELETE', status: 405, code: BAD },
  {
    name: 'a link of another page',
    method: 'GET',
    path: '?query=%7B__typename%7D',
    status: 400,
    code: BAD,
  },
  {
    name: 'a mutation by GET',
    method: 'GET',
    path: '?query=mutation%7BcartCreate(input:%7B%7D)%7BuserErrors%7Bcode%7D%7D%7D',
    headers: { 'apollo-require-preflight': '1' },
    status: 405,
    code: BAD,
  },
  {
    name: 'the same parameter twice',
    method: 'GET',
    path: '?query=%7B__typename%7D&query=%7B__typename%7D',
    headers: { 'apollo-require-preflight': '1' },
    status: 400,
    code: BAD,
  },
  {
    name: 'broken escapes in a URL',
    method: 'GET',
    path: '?query=%E0%A4%A&variables=%7B',
    headers: { 'apollo-require-preflight': '1' },
    status: 400,
    code: BAD,
  },
  {
    name: 'a subscription by an ordinary request',
    body: LIVE,
    status: 400,
    code: 'SUBSCRIPTION_TRANSPORT_REQUIRED',
  },
  {
    name: 'a credential that is none',
    body: FINE,
    headers: { authorization: 'Bearer aaaaaaaaaaaaaaaaaaaaaaaa.bbbb.cccc' },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'a credential of another kind',
    body: FINE,
    headers: { authorization: 'Basic YTpi' },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'a statement of its own',
    body: '{"query":"{ _entities(representations: []) { __typename } }"}',
    headers: { 'tradegraph-statement': 'x.y.z', 'tradegraph-signature': 'x' },
    status: 200,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    name: 'a hash that is not the document’s',
    body: `{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'a'.repeat(64)}"}}}`,
    status: 400,
    code: BAD,
  },
  {
    name: 'a hash that nobody sent',
    body: `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'b'.repeat(64)}"}}}`,
    status: 200,
    code: 'PERSISTED_QUERY_NOT_FOUND',
  },
  {
    name: 'a persisted query of another version',
    body: '{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"x"}}}',
    status: 400,
    code: BAD,
  },
  {
    name: 'a persisted query of a prototype',
    body: '{"documentId":"__proto__"}',
    status: 200,
    code: 'PERSISTED_QUERY_NOT_FOUND',
  },
];
