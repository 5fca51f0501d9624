import { playSoak } from './soak';

jest.setTimeout(300_000);

/** The short, seeded form of `npm run soak:money -- --only crash`. */
test('payments processes and PostgreSQL killed every 1 to 3 s: nothing is lost or done twice', async () => {
  const flags = ['--only', 'crash', '--checkouts', '30', '--workers', '3', '--seed', '7'];
  const { said, code } = await playSoak(flags);
  expect(said).toMatch(/30 checkouts, \d+ intents, \d+ kills[^]*\n0 findings\n/);
  expect(code).toBe(0);
});
