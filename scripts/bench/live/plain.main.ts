import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { serveCommands } from '../bench.program';
import { listen } from '../gateway/plain-server';
import { EventStream } from './event-stream';

/** The same live field as the gateway's, in one plain schema. */
const schema = buildSchema(`
  type Query { parcel(id: ID!): Parcel }
  type Subscription { parcelUpdated(id: ID!): ParcelUpdate }
  type ParcelUpdate { kind: String! cursor: String! eventType: String occurredAt: String! parcel: Parcel }
  type Parcel { id: ID! state: String! version: Int! place: Place }
  type Place { name: String! }`);

const streams = new Set<EventStream>();
let version = 0;

/** A message as large as the gateway's. */
const message = (kind: 'SNAPSHOT' | 'CHANGE', id: string): object => ({
  parcelUpdated: {
    kind,
    cursor: 'c'.repeat(100),
    eventType: kind === 'CHANGE' ? 'parcel.moved' : null,
    occurredAt: new Date().toISOString(),
    parcel: { id, state: 'MOVED', version, place: { name: `Hub ${version % 10}` } },
  },
});

/** graphql-ws as its documentation sets it up; each subscriber has an async iterator of its own. */
async function start(): Promise<number> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const roots = {
    parcelUpdated: ({ id }: { id: string }): EventStream => {
      const stream = new EventStream(() => streams.delete(stream));
      streams.add(stream);
      stream.push(message('SNAPSHOT', id));
      return stream;
    },
  };
  useServer({ schema, roots: { subscription: roots } }, sockets);
  return listen(server);
}

/** Tells everybody that the parcel changed. Nothing has to be fetched: the event is the whole answer. */
function publish(id: string): void {
  version += 1;
  const event = message('CHANGE', id);
  for (const stream of streams) stream.push(event);
}

serveCommands({ start, publish });
