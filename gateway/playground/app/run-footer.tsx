import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Cost, Journal, LiveEntry, Run } from './journal';

/** Below the answer: what the run cost, and the messages of a subscription one after the other. */
export function RunFooter({ journal }: { readonly journal: Journal }) {
  const run = useSyncExternalStore(journal.watch, journal.current);
  if (run === undefined) return null;
  return (
    <section className="run" aria-label="Last run">
      <Summary run={run} />
      {run.live && <Messages messages={run.messages} />}
    </section>
  );
}

function Summary({ run }: { readonly run: Run }) {
  const actions = useGraphiQLActions();
  const { name, live, running, ms, codes, cost, messages } = run;
  return (
    <div className="run-summary">
      <b>{name}</b>
      {live && (
        <span className={running ? 'following' : ''} role="status">
          {running ? 'live' : 'ended'}, {messages.length}{' '}
          {messages.length === 1 ? 'message' : 'messages'}
        </span>
      )}
      {ms !== undefined && (
        <span title={live ? 'until the first message' : 'until the answer'}>
          {ms.toFixed(0)} ms
        </span>
      )}
      {codes.length > 0 && <span className="codes">{[...new Set(codes)].join(', ')}</span>}
      {cost !== undefined && <CostLine cost={cost} />}
      {live && running && (
        <button
          type="button"
          onClick={() => {
            actions.stop();
          }}
        >
          Stop
        </button>
      )}
    </div>
  );
}

function CostLine({ cost }: { readonly cost: Cost }) {
  const { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus } = cost;
  const { maximumAvailable: all, currentlyAvailable: left, restoreRate } = throttleStatus ?? {};
  return (
    <span className="cost">
      {requested !== undefined && (
        <span title="Computed from the document and its variables, before it ran">
          cost {requested}
        </span>
      )}
      {actual !== undefined && <span title="What it really took">actual {actual}</span>}
      {all !== undefined && left !== undefined && (
        <span title={`Restores ${String(restoreRate ?? '?')} points a second`}>
          <meter min={0} max={all} low={all / 4} optimum={all} value={left} /> {Math.floor(left)} of{' '}
          {all} left
        </span>
      )}
    </span>
  );
}

function Messages({ messages }: { readonly messages: readonly LiveEntry[] }) {
  const response = useGraphiQL((state) => state.responseEditor);
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [messages.length]);
  if (messages.length === 0) return null;
  return (
    <ol className="messages" aria-label="Messages">
      {messages.map((message) => (
        <li key={message.number}>
          <button
            type="button"
            title="Show this message"
            onClick={() => {
              response?.setValue(JSON.stringify(message.result, null, 2));
            }}
          >
            <span className="number">{message.number}</span>
            <time>{message.at.toLocaleTimeString()}</time>
            <span className="event">{message.eventType ?? message.kind?.toLowerCase()}</span>
            <span className="cursor" title={message.cursor}>
              {message.cursor}
            </span>
          </button>
        </li>
      ))}
      <li ref={end} aria-hidden="true" className="end" />
    </ol>
  );
}
