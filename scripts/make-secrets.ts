import { randomBytes } from 'node:crypto';
import { newSecrets, secretsAsEnv } from './secrets';

/**
 * Prints a fresh value for every secret as lines of an environment file, for docker-compose.yml:
 * `npm run --silent secrets > .env`.
 */
const all = {
  POSTGRES_PASSWORD: randomBytes(24).toString('base64url'),
  NATS_PASSWORD: randomBytes(24).toString('base64url'),
  ...secretsAsEnv(newSecrets()),
};
for (const [name, value] of Object.entries(all)) process.stdout.write(`${name}='${value}'\n`);
