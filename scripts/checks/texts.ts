import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { runCheck } from './report';

const MAX_LINES = 300;
const CODE = /\.(ts|tsx|mjs|cjs)$/;
/** Written with a gap (`~`), so that this file does not find itself. */
const ungapped = (pattern: string): RegExp => new RegExp(pattern.replaceAll('~', ''));
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [ungapped('\\b(TO~DO|FIX~ME)\\b'), 'an unfinished mark'],
  [ungapped('@ts-~(ignore|expect-error|nocheck)'), 'a silenced type error'],
  [ungapped('eslint-~disable'), 'a silenced lint rule'],
];
const NAMES = /(^|\/)(utils?|helpers?|common|misc|index)(\.|\/|$)/;

/** What is wrong with one file's name, length or words. */
export function textFindings(path: string, text: string): string[] {
  const lines = text.split('\n');
  const length = lines.length - (lines.at(-1) === '' ? 1 : 0);
  return [
    ...(NAMES.test(path) ? [`${path}: a name that says nothing`] : []),
    ...(length > MAX_LINES ? [`${path}: ${length} lines`] : []),
    ...lines.flatMap((line, index) =>
      PATTERNS.filter(([pattern]) => pattern.test(line)).map(
        ([, what]) => `${path}:${index + 1}: ${what}`,
      ),
    ),
  ];
}

function find(): string[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return files
    .split('\n')
    .filter((path) => CODE.test(path))
    .flatMap((path) => textFindings(path, readFileSync(path, 'utf8')));
}

if (require.main === module) runCheck('texts', find);
