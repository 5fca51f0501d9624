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
  writeFileSync(join(folder, 'who.graphql'), '# Who asks.\nquery Who { whoami }');
  writeFileSync(join(folder, 'echo.graphql'), 'query Echo($text: String!) { echo(text: $text) }');
  gateway = await world.gateway({
    operationsFolder: folder,
    demoAccounts: [{ label: 'Buyer', email: 'buyer@example.com', password: 'pw-buyer' }],
  });
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
}, 60_000);

const origin = (): string => `http://127.0.0.1:${gateway.port.toString()}`;

it('draws the supergraph without saying where its subgraphs are', async () => {
  const page = await fetch(`${origin()}/supergraph`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const map = await (await fetch(`${origin()}/playground/supergraph.json`)).text();
  expect(JSON.parse(map)).toMatchObject({ entities: [{ name: 'Thing', owner: 'marketplace' }] });
  expect(map).not.toContain('http');
});

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
  expect(config).toMatchObject({
    operations: [{ name: 'echo' }, { name: 'thing-live' }, { name: 'who' }],
  });
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
  const lastRun = () => page.getByLabel('Last run');
  /** The editors load a moment after the page, and what is clicked before is not heard. */
  const execute = (name: string): Promise<boolean> =>
    until(
      async () => {
        if ((await lastRun().getByText(name, { exact: true }).count()) > 0) return true;
        await page.getByRole('button', { name: /execute query/i }).click();
        await page.waitForTimeout(500);
        return false;
      },
      `${name} to run`,
      40_000,
    );
  const open = (name: string): Promise<void> =>
    page.getByRole('region', { name: 'Operations' }).getByRole('button', { name }).click();
  const tab = (name: string) => page.getByRole('tab', { name });

  it('signs a demo account in and follows a live field with that token', async () => {
    await page.getByRole('button', { name: 'Buyer' }).click();
    await page.getByText('buyer@example.com', { exact: true }).waitFor();
    await open('ThingLive');
    await until(async () => (await tab('ThingLive').count()) === 1, 'its tab');
    await execute('ThingLive');
    await until(async () => plain(await response()).includes('"SNAPSHOT"'), 'the snapshot');
    for (const state of ['packed', 'sent', 'there']) {
      await setState(world.db, systemViewer('playground'), thing, state);
      await until(async () => plain(await response()).includes(`careof${state}`), state);
    }
  }, 60_000);

  it('lists the messages in order with their cursors, shows an earlier one again, and stops', async () => {
    const messages = page.getByLabel('Messages').getByRole('button');
    const words = await messages.locator('.event').allInnerTexts();
    expect(words).toEqual(['snapshot', 'thing.changed', 'thing.changed', 'thing.changed']);
    const cursors = await messages.locator('.cursor').allInnerTexts();
    expect(new Set(cursors.filter((cursor) => cursor.length > 10)).size).toBe(4);
    await messages.nth(1).click();
    await until(async () => plain(await response()).includes('careofpacked'), 'the second message');
    if (process.env['SCREENSHOT'] !== undefined) {
      await page.screenshot({ path: process.env['SCREENSHOT'] });
    }
    await lastRun().getByRole('button', { name: 'Stop' }).click();
    await lastRun().getByText('ended, 4 messages').waitFor();
  }, 60_000);

  it('opens each example once, with a place for every variable that it needs', async () => {
    await open('Who');
    await open('Echo');
    await until(async () => (await tab('Echo').count()) === 1, 'a tab');
    await until(
      async () =>
        plain(await page.locator('.graphiql-editor-tool').innerText()).includes('"text":""'),
      'the variables',
    );
    await open('Who');
    expect(await tab('Who').count()).toBe(1);
    await execute('Who');
    await until(async () => plain(await response()).includes('acc_buyer'), 'the answer');
  }, 60_000);

  it('shows what a run cost when the gateway tells it, and nothing when it does not', async () => {
    const throttleStatus = { maximumAvailable: 2000, currentlyAvailable: 1983, restoreRate: 100 };
    const cost = { requestedQueryCost: 42, actualQueryCost: 17, throttleStatus };
    let extensions: object | undefined = { cost };
    await page.route('**/graphql', async (route) => {
      await route.fulfill({ json: { data: { whoami: 'me' }, extensions } });
    });
    await page.getByRole('button', { name: /execute query/i }).click();
    await lastRun().getByText('cost 42').waitFor();
    expect(await lastRun().innerText()).toMatch(/actual 17\s+1983 of 2000 left/);
    extensions = undefined;
    await page.getByRole('button', { name: /execute query/i }).click();
    await until(async () => !(await lastRun().innerText()).includes('cost'), 'no cost');
    await page.unroute('**/graphql');
  }, 60_000);

  it('completes what is typed', async () => {
    const editor = page.locator('.graphiql-query-editor .monaco-editor').first();
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ who');
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-widget').getByText('whoami').first().waitFor();
    await page.keyboard.press('Escape');
  }, 60_000);

  it('signs out again', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('not signed in', { exact: true }).waitFor();
  });

  it('draws the supergraph; an entity shows its fields by subgraph', async () => {
    await page.goto(`${origin()}/supergraph`);
    await page.getByRole('button', { name: 'payments adds to Thing' }).click();
    await page.getByRole('heading', { name: 'Thing', exact: true }).waitFor();
    expect(await page.locator('aside').innerText()).toMatch(
      /marketplace owns it[\s\S]*state[\s\S]*payments adds[\s\S]*care/,
    );
    await page.getByRole('button', { name: 'marketplace live thingUpdated' }).click();
    await page.getByText('thing:{id}').waitFor();
    await page.goBack();
  }, 60_000);

  it('asks nobody outside and complains of nothing', () => {
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
