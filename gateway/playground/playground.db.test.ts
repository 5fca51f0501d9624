import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { systemViewer } from '#kernel/auth/viewer';
import { until } from '#kernel/testing/until';
import type { RunningGateway } from '../gateway.main';
import { SmallWorld } from '../testing/small-gateway';
import { setState } from '../testing/small-graph';

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let world: SmallWorld;
let gateway: RunningGateway;
let folder: string;
let thing: string;

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-playground.mjs']);
  world = await SmallWorld.open();
  folder = mkdtempSync(join(tmpdir(), 'tradegraph-playground-'));
  thing = await world.thing('acc_buyer');
  writeFileSync(
    join(folder, 'thing-live.graphql'),
    `subscription ThingLive {
  thingUpdated(id: "${thing}") { kind eventType thing { state care { note } } }
}`,
  );
  writeFileSync(join(folder, 'who.graphql'), 'query Who { whoami }');
  gateway = await world.gateway({
    operationsFolder: folder,
    demoAccounts: [{ label: 'Buyer', email: 'buyer@example.com', password: 'pw-buyer' }],
  });
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

const origin = (): string => `http://127.0.0.1:${gateway.port.toString()}`;

it('serves the page itself, with a policy that lets nothing else in', async () => {
  const page = await fetch(origin());
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const html = await page.text();
  expect(html).not.toMatch(/https?:\/\//);
  for (const path of ['playground.js', 'playground.css', 'editor.worker.js', 'favicon.svg']) {
    expect((await fetch(`${origin()}/playground/${path}`)).status).toBe(200);
  }
  expect((await fetch(`${origin()}/favicon.ico`)).status).toBe(200);
  const config = (await (await fetch(`${origin()}/playground/config.json`)).json()) as object;
  expect(config).toMatchObject({ operations: [{ name: 'thing-live' }, { name: 'who' }] });
});

if (CHROMIUM === undefined) console.warn('No Chromium on this machine: its tests are skipped.');
(CHROMIUM === undefined ? describe.skip : describe)('in Chromium', () => {
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin())) {
        outside.push(request.url());
      }
    });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(origin());
  }, 60_000);
  afterAll(() => browser.close());

  const response = (): Promise<string> => page.locator('.graphiql-response').innerText();
  const plain = (text: string): string => text.replace(/\s+/g, '');

  it('signs a demo account in and follows a live field with that token', async () => {
    await page.getByRole('button', { name: 'Buyer' }).click();
    await page.getByText('signed in', { exact: true }).waitFor();
    await page.getByRole('button', { name: /execute query/i }).click();
    await until(async () => plain(await response()).includes('"SNAPSHOT"'), 'the snapshot');
    for (const state of ['packed', 'sent', 'there']) {
      await setState(world.db, systemViewer('playground'), thing, state);
      await until(async () => plain(await response()).includes(`careof${state}`), state);
    }
    if (process.env['SCREENSHOT'] !== undefined) {
      await page.screenshot({ path: process.env['SCREENSHOT'] });
    }
    await page.getByRole('button', { name: /stop query/i }).click();
  }, 60_000);

  it('opens an example in a tab of its own and runs it', async () => {
    await page.getByLabel('Open an example').selectOption('who');
    // The editor reads the document a moment after it has changed.
    await until(async () => (await page.getByRole('tab', { name: 'Who' }).count()) === 2, 'a tab');
    await page.getByRole('button', { name: /execute query/i }).click();
    await until(async () => plain(await response()).includes('acc_buyer'), 'the answer');
  }, 30_000);

  it('asks nobody outside and complains of nothing', () => {
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
