import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SECRETS } from './secrets';
import { DEFAULT_PORTS } from './settings';
import { DOCUMENTED, ROLES, SETTINGS } from './settings.table';

interface Service {
  readonly command?: string;
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}
interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const file = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as ComposeFile;
const roles = ROLES.filter((role) => role !== 'all');
const portIn = (text = ''): number => Number(/:(\d+)/.exec(text.replace(/^\w+:/, ''))?.[1]);
const defaultIn = (text = ''): string => /^\$\{\w+:-(.*)\}$/.exec(text)?.[1] ?? text;

function service(name: string): Service {
  const found = file.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

test('runs every role as its own service, and nothing else besides what they need', () => {
  expect(Object.keys(file.services).sort()).toEqual(
    [...roles, 'postgres', 'nats', 'install', 'psp', 'carrier'].sort(),
  );
  for (const role of roles) {
    expect(service(role).command).toMatch(new RegExp(`scripts/start\\.mjs --role ${role}$`));
  }
});

test.each(roles)('%s is asked for its readiness on the port that the settings give it', (role) => {
  const { healthcheck } = service(role);
  const url = healthcheck?.test.at(-1) ?? '';
  expect(new URL(url).pathname).toBe('/readyz');
  expect(Number(new URL(url).port)).toBe(DEFAULT_PORTS[role]);
});

test('the gateway reaches each role under its name and port', () => {
  const environment = service('gateway').environment ?? {};
  for (const role of roles.filter((one) => one !== 'gateway')) {
    const url = environment[`${role.toUpperCase().replaceAll('-', '_')}_URL`];
    expect(url).toBe(`http://${role}:${String(DEFAULT_PORTS[role])}`);
  }
  expect(service('gateway').ports).toEqual([`\${PORT:-4000}:${String(DEFAULT_PORTS.gateway)}`]);
});

test('facts go through a NATS server that keeps its streams, and nobody starts before it is there', () => {
  const { command = '', volumes, healthcheck } = service('nats');
  const [, folder = ''] = /--store_dir (\S+)/.exec(command) ?? [];
  expect(command).toContain('--jetstream');
  expect(volumes).toContain(`nats:${folder}`);
  const [, port = ''] = /--http_port (\d+)/.exec(command) ?? [];
  expect(healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${port}/healthz`);
  for (const role of roles) {
    const { environment = {}, depends_on: waitsFor = {} } = service(role);
    expect(environment['EVENT_LOG']).toBe('jetstream');
    const [, user = '', password = ''] =
      /^nats:\/\/(.+?):(.+)@nats:4222$/.exec(environment['NATS_URL'] ?? '') ?? [];
    expect(command).toContain(`--user ${user} --pass ${password}`);
    if (role !== 'gateway') expect(waitsFor['nats']?.condition).toBe('service_healthy');
  }
});

test('the simulators listen where payments and fulfillment look for them', () => {
  const environment = service('payments').environment ?? {};
  expect(portIn(defaultIn(environment['PSP_URL']))).toBe(SETTINGS.pspPort.fallback);
  expect(portIn(defaultIn(environment['CARRIER_URL']))).toBe(SETTINGS.carrierPort.fallback);
  expect(service('psp').command).toContain(`--port ${String(SETTINGS.pspPort.fallback)}`);
  expect(service('carrier').command).toContain(`--port ${String(SETTINGS.carrierPort.fallback)}`);
});

test('every variable is a setting or a secret, and every secret comes from outside', () => {
  const known = new Set([...DOCUMENTED, ...Object.values(SECRETS)].map(({ name }) => name));
  for (const role of roles) {
    const environment = service(role).environment ?? {};
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    for (const { name } of Object.values(SECRETS)) {
      expect(environment[name]).toBe(`\${${name}:?}`);
    }
    expect(environment['NODE_ENV']).toBe('production');
  }
});

test('whoever is waited for exists and can be seen to be ready; volumes are declared', () => {
  for (const { depends_on, volumes } of Object.values(file.services)) {
    for (const [name, { condition }] of Object.entries(depends_on ?? {})) {
      if (condition === 'service_healthy') expect(service(name).healthcheck).toBeDefined();
      else expect(service(name)).toBeDefined();
    }
    for (const volume of volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source !== '.') expect(Object.keys(file.volumes)).toContain(source);
    }
  }
});
