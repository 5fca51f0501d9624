import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './seed/demo.accounts';

/** A first query for the playground: needs no token. */
export const FIRST_QUERY = `query FirstLook {
  listingSearch(where: { text: "lamp" }, first: 3) {
    totalCount { count }
    edges {
      node {
        product { handle title }
        offer { price { amount currencyCode } seller { displayName } }
      }
    }
  }
}`;

/** Gives a token for the demo buyer. */
export const SIGN_IN = `mutation SignIn {
  accountSignIn(input: { email: "${DEMO_ACCOUNTS[0]?.email ?? ''}", password: "${DEMO_PASSWORD}" }) {
    accessToken
    userErrors { code message }
  }
}`;

/** What a person who started the system needs to know first. */
export function welcome(origin: string, demo: boolean, seconds: number): string {
  const lines = [
    '',
    `Tradegraph is ready (${seconds.toFixed(1)} s).`,
    '',
    `  Graph       ${origin}/graphql   (HTTP and graphql-ws)`,
    `  Playground  ${origin}/`,
    `  Health      ${origin}/healthz   ${origin}/readyz`,
    '',
  ];
  if (demo) lines.push(...demoLines(origin));
  return [...lines, 'A first query to paste:', '', indented(FIRST_QUERY), ''].join('\n');
}

function demoLines(origin: string): string[] {
  const accounts = DEMO_ACCOUNTS.map(({ email }) => email).join(', ');
  const body = JSON.stringify({ query: SIGN_IN.replace(/\s+/g, ' ') });
  return [
    `Demo accounts (password ${DEMO_PASSWORD}): ${accounts}.`,
    'Get a token in the playground:',
    '',
    indented(SIGN_IN),
    '',
    `or in a shell, then send it as "Authorization: Bearer <accessToken>":`,
    '',
    `  curl -s ${origin}/graphql -H 'content-type: application/json' -d '${body}'`,
    '',
  ];
}

const indented = (text: string): string => text.replace(/^/gm, '  ');
