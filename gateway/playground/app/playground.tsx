import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/style.css';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './playground.css';
import './editor-workers';
import { DemoBar } from './demo-bar';
import { type PlaygroundConfig, loadConfig } from './config';
import { listed } from './example';
import { examplesPlugin } from './examples-plugin';
import { makeFetcher } from './fetcher';
import { Journal } from './journal';
import { RunFooter } from './run-footer';
import type { Session } from './session';

/** Opened at the first visit; the others are one click away. */
const FIRST_TABS = ['ProductPage', 'ProductSearch', 'OrderLive'];

function Playground({ config }: { readonly config: PlaygroundConfig }) {
  const [session, setSession] = useState<Session>();
  const [journal] = useState(() => new Journal());
  const [fetcher] = useState(() => makeFetcher(journal));
  // The panel's identity must not change: GraphiQL would close it.
  const [plugins] = useState(() => [examplesPlugin(config.operations), HISTORY_PLUGIN]);
  fetcher.useToken(session?.token);
  return (
    <GraphiQL
      fetcher={fetcher.fetch}
      defaultTabs={firstTabs(config)}
      plugins={plugins}
      visiblePlugin="Operations"
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
    >
      <GraphiQL.Logo>
        <DemoBar accounts={config.demoAccounts} session={session} onSession={setSession} />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <RunFooter journal={journal} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

function firstTabs({ operations }: PlaygroundConfig): { query: string; variables: string }[] {
  const all = operations.map(listed).filter((one) => one !== undefined);
  const chosen = FIRST_TABS.map((name) => all.find((one) => one.name === name)).filter(
    (one) => one !== undefined,
  );
  return (chosen.length > 0 ? chosen : all.slice(0, FIRST_TABS.length)).map(
    ({ query, variables }) => ({ query, variables }),
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
