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
const config: Config = {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['**/!(*.db|*.e2e).test.ts'] },
    {
      ...shared,
      displayName: 'db',
      globalSetup: '<rootDir>/scripts/testing/template-database.ts',
      globalTeardown: '<rootDir>/scripts/testing/stop-database.ts',
      testMatch: ['**/*.db.test.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      globalSetup: '<rootDir>/scripts/testing/template-database.ts',
      globalTeardown: '<rootDir>/scripts/testing/stop-database.ts',
      testMatch: ['<rootDir>/gateway/**/*.e2e.test.ts'],
    },
  ],
};
export default config;
