import { useGraphiQL } from '@graphiql/react';
import { useState } from 'react';
import type { DemoAccount } from './config';
import { type Session, signIn } from './session';

interface DemoBarProps {
  readonly accounts: readonly DemoAccount[];
  readonly session: Session | undefined;
  readonly onSession: (session: Session | undefined) => void;
}

/** Who to be: one click signs a demo account in for every tab. And where else to look. */
export function DemoBar({ accounts, session, onSession }: DemoBarProps) {
  return (
    <div className="demo-bar">
      {accounts.length > 0 && (
        <SignIn accounts={accounts} session={session} onSession={onSession} />
      )}
      <nav>
        <a href="/supergraph" title="Which subgraph owns what">
          Supergraph
        </a>
        <a href="/schema.graphql" title="The schema as SDL; its documentation is in the side bar">
          Schema
        </a>
      </nav>
      <b className="brand">Tradegraph</b>
    </div>
  );
}

function SignIn({ accounts, session, onSession }: DemoBarProps) {
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
          key={account.email}
          type="button"
          title={`Sign in as ${account.email}`}
          aria-pressed={session?.email === account.email}
          onClick={() => void become(account)}
        >
          {account.label}
        </button>
      ))}
      <span role="status">{problem ?? session?.email ?? 'not signed in'}</span>
      {session !== undefined && (
        <button
          type="button"
          className="sign-out"
          onClick={() => {
            enter(undefined);
          }}
        >
          Sign out
        </button>
      )}
    </span>
  );
}
