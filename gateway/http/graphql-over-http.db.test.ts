import { serverAudits } from 'graphql-http';
import { SmallWorld } from '../testing/small-gateway';

let world: SmallWorld;
let url: string;

beforeAll(async () => {
  world = await SmallWorld.open();
  const { port } = await world.gateway();
  url = `http://127.0.0.1:${port.toString()}/graphql`;
}, 60_000);
afterAll(() => world.close());

/** What the official audits of the GraphQL-over-HTTP specification ask of a server. */
describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => url, fetchFn: fetch });

  it('has audits of all three kinds', () => {
    const count = (word: string): number =>
      audits.filter(({ name }) => name.startsWith(word)).length;
    expect([count('MUST') >= 13, count('SHOULD') >= 23, count('MAY') > 0]).toEqual([
      true,
      true,
      true,
    ]);
  });

  // What may be done is not promised: a GET that any page can send without asking is refused (CSRF).
  it.each(audits.filter(({ name }) => !name.startsWith('MAY')).map((audit) => [audit.name, audit]))(
    '%s',
    async (_name, audit) => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : result.reason).toBe('ok');
    },
  );
});
