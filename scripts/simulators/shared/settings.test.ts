import { readSettings } from './settings';

const DEFAULTS = { port: 4710, dataDir: 'data', apiKey: 'sk_default' };
const SECRET = `whsec_${Buffer.from('0123456789abcdef').toString('base64')}`;

test('defaults, then environment, then flags', () => {
  expect(readSettings([], {}, DEFAULTS)).toEqual({
    ...DEFAULTS,
    seed: 1,
    webhook: undefined,
    rate: 1,
    autoHandover: true,
  });
  const env = { SIM_PORT: '1', SIM_RATE: '60', SIM_AUTO_HANDOVER: 'off' };
  expect(readSettings(['--port', '2'], env, DEFAULTS)).toMatchObject({
    port: 2,
    rate: 60,
    autoHandover: false,
  });
});

test.each([
  [['--port', 'x'], '--port must be a whole number'],
  [['--rate', '0'], '--rate must be above 0'],
  [['--webhook-url', 'ftp://x', '--webhook-secret', SECRET], '--webhook-url must be'],
  [['--webhook-url', 'http://x', '--webhook-secret', 'abc'], '--webhook-secret must be'],
  [['--webhook-url', 'http://x'], '--webhook-secret must be'],
  [['--bogus'], 'bogus'],
])('%j is one clear error', (args, message) => {
  expect(() => readSettings(args, {}, DEFAULTS)).toThrow(message);
});
