import { type MsgHdrs, headers } from '@nats-io/transport-node';
import { type Fact, type Position, toCloudEvent } from '../fact';

/** What one message of a stream says: nothing lies in the outbox between two positions but, at the second, the fact. */
export interface Step {
  /** Where the reader of the outbox stood before. */
  readonly after: Position;
  readonly position: Position;
  /** None: go and read the outbox itself up to here. */
  readonly fact?: Fact;
}

/** A message as NATS gives it. */
export interface FactMessage {
  readonly headers: MsgHdrs | undefined;
  readonly body: string;
}

const AFTER = 'Tradegraph-After';
const POSITION = 'Tradegraph-Position';

/** The body is the fact's CloudEvent, with the version and the topics as extensions. */
export function toMessage({ after, position, fact }: Step): { headers: MsgHdrs; body: string } {
  const said = headers();
  said.set(AFTER, positionText(after));
  said.set(POSITION, positionText(position));
  if (fact === undefined) return { headers: said, body: '' };
  const { version, topics } = fact;
  const extensions = { topics: topics.join(' '), ...(version === undefined ? {} : { version }) };
  return { headers: said, body: JSON.stringify({ ...toCloudEvent(fact), ...extensions }) };
}

interface Body extends Pick<Fact, 'id' | 'type' | 'subject' | 'version' | 'data' | 'actor'> {
  readonly source: string;
  readonly time: string;
  readonly topics: string;
  readonly correlationid: string;
}

/** Undefined when it is no message of ours. */
export function fromMessage(message: FactMessage): Step | undefined {
  const after = positionIn(message, AFTER);
  const position = positionIn(message, POSITION);
  if (after === undefined || position === undefined) return undefined;
  if (message.body === '') return { after, position };
  const { id, type, subject, version, data, actor, ...body } = JSON.parse(message.body) as Body;
  const fact = {
    ...{ id, type, subject, ...(version === undefined ? {} : { version }), data, actor, position },
    source: body.source.slice(1),
    time: new Date(body.time),
    topics: body.topics === '' ? [] : body.topics.split(' '),
    correlationId: body.correlationid,
  };
  return { after, position, fact };
}

/** A position as one word; also what NATS knows a repeated message by. */
export const positionText = ({ epoch, xid, seq }: Position): string =>
  `${epoch.toString()}.${xid}.${seq}`;

function positionIn({ headers: said }: FactMessage, name: string): Position | undefined {
  const [, epoch, xid, seq] = /^(\d+)\.(\d+)\.(\d+)$/.exec(said?.get(name) ?? '') ?? [];
  if (epoch === undefined || xid === undefined || seq === undefined) return undefined;
  return { epoch: Number(epoch), xid, seq };
}
