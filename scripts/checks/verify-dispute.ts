import { readFileSync } from 'node:fs';
import { problemsOf } from '../../subgraphs/payments/evidence/dispute-export.rules';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('npm run check:dispute -- <file that `disputeExport` gave>\n');
  process.exit(2);
}

/** `npm run check:dispute`: an export of a dispute against itself, without us. Ends with 1 when it does not hold. */
const problems = problemsOf(readFileSync(path, 'utf8'));
process.stdout.write(
  problems.length === 0
    ? 'Contract, evidence, decisions and clauses hold.\n'
    : `${problems.join('\n')}\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
