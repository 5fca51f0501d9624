import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { type AllowedBreak, PROMISED_SINCE, allowedBreaks } from './breaking.allowed';
import { runCheck } from './report';

const API = 'schema/api.graphql';

/** Breaking changes between two versions of the API that no entry allows, and entries without a date or reason. */
export async function breakingFindings(
  before: string,
  now: string,
  allowed: readonly AllowedBreak[],
): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(now));
  const paths = new Set(allowed.map(({ path }) => path));
  return [
    ...allowed
      .filter(({ decided, reason }) => !/^\d{4}-\d\d-\d\d$/.test(decided) || reason.trim() === '')
      .map(({ path }) => `the entry for ${path} lacks its date or reason`),
    ...changes
      .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
      .filter(({ path }) => path === undefined || !paths.has(path))
      .map(({ path, message }) => `${path ?? 'schema'}: ${message}`),
  ];
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The promised version before the one at hand: the last commit's, or when that is the one at hand its predecessor. */
function promisedVersion(now: string): string | undefined {
  const commits = git('log', '--max-count=20', '--format=%H %cI', '--', API).trim().split('\n');
  for (const commit of commits.filter((line) => line !== '')) {
    const [hash = '', time = ''] = commit.split(' ');
    if (new Date(time) < new Date(PROMISED_SINCE)) return undefined;
    const text = git('show', `${hash}:${API}`);
    if (text !== now) return text;
  }
  return undefined;
}

async function find(): Promise<string[]> {
  const now = readFileSync(API, 'utf8');
  const before = promisedVersion(now);
  if (before === undefined) {
    console.log('breaking: no earlier promised version');
    return [];
  }
  return breakingFindings(before, now, allowedBreaks);
}

if (require.main === module) runCheck('breaking', find);
