import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { SupergraphMap } from '../supergraph-map';
import './supergraph.css';
import { GraphDrawing } from './supergraph-drawing';
import { Details, type Selection } from './supergraph-details';

function Page({ map }: { readonly map: SupergraphMap }) {
  const [selected, select] = useState<Selection>();
  useEffect(() => {
    const clear = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') select(undefined);
    };
    document.addEventListener('keydown', clear);
    return () => {
      document.removeEventListener('keydown', clear);
    };
  }, []);
  return (
    <>
      <header>
        <h1>Tradegraph</h1>
        <p>
          {map.subgraphs.length} subgraphs, {map.entities.length} entities, one graph
        </p>
        <nav>
          <a href="/">Playground</a>
          <a href="/schema.graphql">Schema as SDL</a>
        </nav>
      </header>
      <main>
        <GraphDrawing map={map} selected={selected} onSelect={select} />
        <Details map={map} selected={selected} onSelect={select} />
      </main>
    </>
  );
}

async function start(): Promise<void> {
  const root = document.getElementById('supergraph');
  if (root === null) throw new Error('the page has no place for the drawing');
  const response = await fetch('/playground/supergraph.json');
  const map = (await response.json()) as SupergraphMap;
  createRoot(root).render(
    <StrictMode>
      <Page map={map} />
    </StrictMode>,
  );
}

void start();
