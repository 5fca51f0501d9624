import { embeddedUrl, lastingViolations } from './checks/system.invariants';

/** `npm run check:system`: the invariants over all subgraphs, on the running database. */
async function main(): Promise<void> {
  const url = process.env['DATABASE_URL'] ?? embeddedUrl(process.env['DATA_DIR'] ?? '.data');
  const broken = await lastingViolations(url, 5_000);
  for (const line of broken) process.stdout.write(`${line}\n`);
  process.stdout.write(`${String(broken.length)} violations\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
