import {
  type GraphiQLPlugin,
  useGraphiQL,
  useGraphiQLActions,
  useOperationsEditorState,
  useVariablesEditorState,
} from '@graphiql/react';
import { OperationTypeNode } from 'graphql';
import { useState } from 'react';
import type { Example } from './config';
import { type ListedExample, listed } from './example';

const GROUPS: readonly { readonly kind: OperationTypeNode; readonly title: string }[] = [
  { kind: OperationTypeNode.QUERY, title: 'Queries' },
  { kind: OperationTypeNode.MUTATION, title: 'Mutations' },
  { kind: OperationTypeNode.SUBSCRIPTION, title: 'Live' },
];

/** The operation collection as a panel of the side bar. */
export function examplesPlugin(examples: readonly Example[]): GraphiQLPlugin {
  const all = examples.map(listed).filter((one) => one !== undefined);
  return { title: 'Operations', icon: Icon, content: () => <Examples examples={all} /> };
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8">
      <path d="M4 6h2M4 12h2M4 18h2M10 6h10M10 12h10M10 18h10" strokeLinecap="round" />
    </svg>
  );
}

function Examples({ examples }: { readonly examples: readonly ListedExample[] }) {
  const [wanted, setWanted] = useState('');
  const words = wanted.toLowerCase();
  const found = examples.filter(({ name, about }) =>
    `${name} ${about}`.toLowerCase().includes(words),
  );
  return (
    <section className="examples" aria-label="Operations">
      <h2>Operations</h2>
      <input
        type="search"
        placeholder="Find an operation"
        aria-label="Find an operation"
        value={wanted}
        onChange={({ target }) => {
          setWanted(target.value);
        }}
      />
      {GROUPS.map(({ kind, title }) => (
        <Group key={kind} title={title} examples={found.filter((one) => one.kind === kind)} />
      ))}
      {found.length === 0 && <p>Nothing of this name.</p>}
    </section>
  );
}

function Group(props: { readonly title: string; readonly examples: readonly ListedExample[] }) {
  const open = useOpen();
  // Before the editor is there a tab can be changed, but not what the editor will then show.
  const isReady = useGraphiQL((state) => state.queryEditor) !== undefined;
  const { title, examples } = props;
  if (examples.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button
              type="button"
              disabled={!isReady}
              onClick={() => {
                open(example);
              }}
            >
              <b>{example.name}</b>
              <span>{example.about}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Goes to the tab of this name when there is one; what was typed there stays. */
function useOpen(): (example: ListedExample) => void {
  const actions = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const [, setOperations] = useOperationsEditorState();
  const [, setVariables] = useVariablesEditorState();
  return ({ name, query, variables }) => {
    const known = tabs.findIndex(({ title }) => title === name);
    if (known >= 0) {
      actions.changeTab(known);
      return;
    }
    actions.addTab();
    setOperations(query);
    setVariables(variables);
  };
}
