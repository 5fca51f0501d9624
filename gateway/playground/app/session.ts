import type { DemoAccount } from './config';

/** Somebody of the demo, signed in. The token lives in this page only. */
export interface Session {
  readonly email: string;
  readonly token: string;
}

const SIGN_IN = `mutation AccountSignIn($input: AccountSignInInput!) {
  accountSignIn(input: $input) { accessToken userErrors { message } }
}`;

interface SignedIn {
  readonly data?: {
    readonly accountSignIn?: {
      readonly accessToken: string | null;
      readonly userErrors: readonly { readonly message: string }[];
    } | null;
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** Signs a demo account in with the same mutation that an app would use. */
export async function signIn({ email, password }: DemoAccount): Promise<Session> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: { email, password } } }),
  });
  const { data, errors } = (await response.json()) as SignedIn;
  const token = data?.accountSignIn?.accessToken;
  if (typeof token === 'string') return { email, token };
  const [problem] = [...(data?.accountSignIn?.userErrors ?? []), ...(errors ?? [])];
  throw new Error(problem?.message ?? 'The sign-in was refused.');
}
