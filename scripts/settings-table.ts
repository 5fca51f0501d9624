import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { settingsMarkdown } from './settings';

const README = 'README.md';
const PLACE = /(<!-- settings -->\n)[\s\S]*?(<!-- \/settings -->)/;

/** `npm run settings`: writes the table of settings between its marks in the README. */
const readme = existsSync(README) ? readFileSync(README, 'utf8') : '';
if (PLACE.test(readme)) {
  writeFileSync(README, readme.replace(PLACE, `$1\n${settingsMarkdown()}\n\n$2`));
} else {
  process.stdout.write(`${settingsMarkdown()}\n`);
}
