import {
  useGraphiQL,
  useGraphiQLActions,
  useOperationsEditorState,
  useVariablesEditorState,
} from '@graphiql/react';
import { useState } from 'react';
import type { DemoAccount, PlaygroundConfig } from './config';
import { type Session, signIn } from './session';

interface DemoBarProps {
  readonly config: PlaygroundConfig;
  readonly session: Session | undefined;
  readonly onSession: (session: Session | undefined) => void;
}

/** Examples to open, and who to be: one click signs a demo account in for every tab. */
export function DemoBar({ config, session, onSession }: DemoBarProps) {
  return (
    <div className="demo-bar">
      <Examples examples={config.operations} />
      {config.demoAccounts.length > 0 && (
        <SignIn accounts={config.demoAccounts} session={session} onSession={onSession} />
      )}
      <a className="brand" href="/schema.graphql" title="The schema as SDL">
        Tradegraph
      </a>
    </div>
  );
}

function Examples({ examples }: { readonly examples: PlaygroundConfig['operations'] }) {
  const actions = useGraphiQLActions();
  const [, setOperations] = useOperationsEditorState();
  const [, setVariables] = useVariablesEditorState();
  if (examples.length === 0) return null;
  const open = (name: string): void => {
    const example = examples.find((one) => one.name === name);
    if (example === undefined) return;
    actions.addTab();
    setOperations(example.query);
    setVariables(example.variables ?? '');
  };
  return (
    <select
      aria-label="Open an example"
      value=""
      onChange={({ target }) => {
        open(target.value);
      }}
    >
      <option value="">Examples…</option>
      {examples.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

interface SignInProps {
  readonly accounts: readonly DemoAccount[];
  readonly session: Session | undefined;
  readonly onSession: (session: Session | undefined) => void;
}

function SignIn({ accounts, session, onSession }: SignInProps) {
  const [problem, setProblem] = useState<string>();
  const headerEditor = useGraphiQL((state) => state.headerEditor); // not there before its first use
  const enter = (next: Session | undefined, trouble?: string): void => {
    const headers = next && { authorization: `Bearer ${next.token}` };
    headerEditor?.setValue(headers === undefined ? '' : JSON.stringify(headers, null, 2));
    onSession(next);
    setProblem(trouble);
  };
  const become = async (account: DemoAccount): Promise<void> => {
    try {
      enter(await signIn(account));
    } catch (error) {
      enter(undefined, (error as Error).message);
    }
  };
  return (
    <span className="sign-in" role="group" aria-label="Sign in as">
      {accounts.map((account) => (
        <button
          key={account.label}
          type="button"
          title={account.email}
          aria-pressed={session?.label === account.label}
          onClick={() => {
            if (session?.label === account.label) enter(undefined);
            else void become(account);
          }}
        >
          {account.label}
        </button>
      ))}
      <span role="status">
        {problem ?? (session === undefined ? 'not signed in' : 'signed in')}
      </span>
    </span>
  );
}
