import { portOf, readSettings, settingsHelp, settingsMarkdown, type Settings } from './settings';
import { DOCUMENTED } from './settings.table';
import { StartProblem } from './start-problem';

function settingsOf(args: readonly string[], env: Record<string, string> = {}): Settings {
  const command = readSettings(args, env);
  if (command.kind === 'help') throw new Error('asked for help');
  return command.settings;
}

test('without flags and environment everything has its default', () => {
  const settings = settingsOf([]);
  expect(settings).toMatchObject({ role: 'all', dataDir: '.data', demo: false });
  expect(settings.databaseUrl).toBeUndefined();
  expect(portOf(settings)).toBe(4000);
});

test('a flag wins over the environment, in both spellings', () => {
  const env = { PORT: '1', DATA_DIR: 'x' };
  expect(settingsOf(['--port', '2', '--data-dir=y'], env)).toMatchObject({ port: 2, dataDir: 'y' });
  expect(settingsOf([], env)).toMatchObject({ port: 1, dataDir: 'x' });
});

test('an empty variable counts as not set', () => {
  expect(settingsOf([], { DATA_DIR: '', DATABASE_URL: '' })).toMatchObject({ dataDir: '.data' });
});

test('a switch takes no value, unless it is given one', () => {
  expect(settingsOf(['--demo', '--port', '5'])).toMatchObject({ demo: true, port: 5 });
  expect(settingsOf(['--demo=false']).demo).toBe(false);
});

test('origins are a list', () => {
  expect(settingsOf([]).allowedOrigins).toBeUndefined();
  const origins = ['https://shop.example', 'http://localhost:3000'];
  expect(settingsOf(['--allowed-origins', origins.join(', ')]).allowedOrigins).toEqual(origins);
});

test('each role has a port of its own', () => {
  expect(portOf(settingsOf(['--role', 'payments']))).toBe(4002);
  expect(portOf(settingsOf(['--role', 'payments', '--port', '7']))).toBe(7);
});

test.each([
  [['--port', 'x'], 'PORT=x'],
  [['--port', '65536'], 'PORT=65536'],
  [['--port', '1.5'], 'PORT=1.5'],
  [['--role', 'king'], 'ROLE=king'],
  [['--demo=perhaps'], 'DEMO=perhaps'],
  [['--psp-url', 'nowhere'], 'PSP_URL=nowhere'],
  [['--trust-proxy', '-1'], 'TRUST_PROXY=-1'],
  [['--allowed-origins', 'shop.example'], 'ALLOWED_ORIGINS=shop.example'],
  [['--allowed-origins', 'https://shop.example/'], 'ALLOWED_ORIGINS=https://shop.example/'],
  [['--event-log', 'kafka'], 'EVENT_LOG=kafka'],
  [['--nats-url', 'http://nats:4222'], 'NATS_URL=http://nats:4222'],
  [['--live-retention-hours', '0'], 'LIVE_RETENTION_HOURS=0'],
  [['--colour', 'red'], '--colour is not a setting'],
])('%j is refused in one line', (args, said) => {
  expect(() => settingsOf(args)).toThrow(StartProblem);
  expect(() => settingsOf(args)).toThrow(said);
});

test('a password in a bad address is not repeated', () => {
  const bad = (): Settings => settingsOf(['--database-url', 'mysql://me:secret@host/db']);
  expect(bad).toThrow('DATABASE_URL cannot be used');
  expect(bad).not.toThrow('secret');
});

test('help and README name every setting', () => {
  expect(readSettings(['--help'], {})).toEqual({ kind: 'help' });
  for (const { name } of DOCUMENTED) {
    expect(settingsHelp()).toContain(`(${name})`);
    expect(settingsMarkdown()).toContain(`| \`${name}\` |`);
  }
});
