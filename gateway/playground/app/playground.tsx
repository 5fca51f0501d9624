import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './playground.css';
import './editor-workers';
import { DemoBar } from './demo-bar';
import { type PlaygroundConfig, loadConfig } from './config';
import { makeFetcher } from './fetcher';
import type { Session } from './session';

const FIRST_TABS = 3;

function Playground({ config }: { readonly config: PlaygroundConfig }) {
  const [session, setSession] = useState<Session>();
  const [fetcher] = useState(() => makeFetcher());
  fetcher.useToken(session?.token);
  const tabs = config.operations.slice(0, FIRST_TABS).map(({ query, variables }) => ({
    query,
    ...(variables !== undefined && { variables }),
  }));
  return (
    <GraphiQL
      fetcher={fetcher.fetch}
      {...(tabs.length > 0 && { defaultTabs: tabs })}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <DemoBar config={config} session={session} onSession={setSession} />
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

async function start(): Promise<void> {
  const root = document.getElementById('playground');
  if (root === null) throw new Error('the page has no place for the playground');
  const config = await loadConfig();
  createRoot(root).render(
    <StrictMode>
      <Playground config={config} />
    </StrictMode>,
  );
}

void start();
