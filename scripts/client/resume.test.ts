import { readFileSync } from 'node:fs';
import type { Client, Sink, SubscribePayload } from 'graphql-ws';
import { resuming } from './resume';

interface Sent {
  readonly payload: SubscribePayload;
  readonly sink: Sink<Record<string, unknown>>;
}

/** A graphql-ws client that does nothing but remember what it was asked for. */
function remembering(): { client: Client; sent: Sent[]; stopped: number[] } {
  const sent: Sent[] = [];
  const stopped: number[] = [];
  const unused = (): never => {
    throw new Error('not of interest here');
  };
  const client: Client = {
    on: unused,
    iterate: unused,
    dispose: unused,
    terminate: unused,
    subscribe: (payload, sink) => {
      const number = sent.push({ payload, sink: sink });
      return () => stopped.push(number);
    },
  };
  return { client, sent, stopped };
}

const refusal = (code: string, cursor?: string): unknown => [
  { message: code, extensions: { code, cursor } },
];

function begun(variables?: Record<string, unknown>) {
  const { client, sent, stopped } = remembering();
  const seen: unknown[] = [];
  const stop = resuming(client).subscribe(
    { query: 'subscription', ...(variables ? { variables } : {}) },
    {
      next: (message) => seen.push(message),
      error: (problem) => seen.push(problem),
      complete: () => seen.push('complete'),
    },
  );
  return { sent, stopped, seen, stop };
}

test('each message moves `after` on the payload that graphql-ws sends again; the caller’s variables stay', () => {
  const own = Object.freeze({ id: '1' });
  const { sent, seen } = begun(own);
  const message = { data: { a: 1 }, extensions: { cursor: 'one' } };
  sent[0]?.sink.next(message);
  expect(sent[0]?.payload.variables).toEqual({ id: '1', after: 'one' });
  sent[0]?.sink.next({ data: { a: 2 } });
  expect(sent[0]?.payload.variables).toEqual({ id: '1', after: 'one' });
  expect(seen).toEqual([message, { data: { a: 2 } }]);
  expect(sent).toHaveLength(1);
});

test('a cursor that expired is dropped, and the subscription begins again', () => {
  const { sent, seen, stop, stopped } = begun({ id: '1', after: 'old' });
  sent[0]?.sink.error(refusal('CURSOR_EXPIRED', 'old'));
  expect(sent[1]?.payload.variables?.['after']).toBeUndefined();
  sent[1]?.sink.next({ extensions: { cursor: 'new' } });
  expect(sent[1]?.payload.variables).toEqual({ id: '1', after: 'new' });
  expect(seen).toEqual([{ extensions: { cursor: 'new' } }]);
  stop();
  expect(stopped).toEqual([2]);
});

test.each(['SUBSCRIPTION_LAGGED', 'SUBSCRIPTION_SCHEMA_RELOAD'])(
  '%s: goes on where the server stopped',
  (code) => {
    const { sent, seen } = begun({ id: '1' });
    sent[0]?.sink.error(refusal(code, 'here'));
    expect(sent[1]?.payload.variables).toEqual({ id: '1', after: 'here' });
    expect(seen).toEqual([]);
  },
);

test('refusals, faults and the end of the stream are passed on', () => {
  const { sent, seen } = begun();
  const revoked = refusal('SUBSCRIPTION_REVOKED', 'here');
  const fault = new Error('the socket broke');
  sent[0]?.sink.error(revoked);
  sent[0]?.sink.error(fault);
  sent[0]?.sink.complete();
  expect(seen).toEqual([revoked, fault, 'complete']);
  expect(sent).toHaveLength(1);
});

test.each(['resume', 'apollo.client', 'urql.client'])('the README shows %s as it is', (name) => {
  const code = readFileSync(`scripts/client/${name}.ts`, 'utf8');
  expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});
