/** @jest-config-loader esbuild-register */
import { readFileSync } from 'node:fs';
import type { Config } from 'jest';

const swc = JSON.parse(readFileSync('scripts/swc.json', 'utf8')) as Record<string, unknown>;

const shared = {
  // Published as ES modules only, or loading parts at run time by `import()`: jest has to transform them too.
  transform: { '^.+\\.(ts|js)$': ['@swc/jest', swc] as [string, Record<string, unknown>] },
  transformIgnorePatterns: ['/node_modules/(?!(jose|auto-bind|@opentelemetry)/)'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};
const withDatabase = {
  globalSetup: '<rootDir>/scripts/testing/template-database.ts',
  globalTeardown: '<rootDir>/scripts/testing/stop-database.ts',
};
const config: Config = {
  // Two at a time on two cores, next to a database and simulators: a hook that takes one second alone may take ten.
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['**/!(*.db|*.e2e).test.ts'] },
    { ...shared, ...withDatabase, displayName: 'db', testMatch: ['**/*.db.test.ts'] },
    // The same files, many at a time: for whoever runs all of them.
    { ...shared, displayName: 'all-unit', testMatch: ['**/parts/unit-*.part.ts'] },
    { ...shared, ...withDatabase, displayName: 'all-db', testMatch: ['**/parts/db-*.part.ts'] },
    {
      ...shared,
      ...withDatabase,
      displayName: 'e2e',
      testMatch: ['<rootDir>/gateway/**/*.e2e.test.ts'],
    },
  ],
};
export default config;
