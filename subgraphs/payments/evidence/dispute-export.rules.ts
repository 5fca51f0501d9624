import { z } from 'zod';
import { orderContract } from '#contracts/order-contract';
import { clauseOf } from '#contracts/trade-policy';
import { canonicalText, parseCanonical, sha256 } from '#kernel/json/canonical';
import { CHAIN_START, hashOfEntry } from './evidence-chain.rules';

const text = z.string();
const minor = z.string().regex(/^\d{1,19}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.int().nonnegative();
const side = z.enum(['BUYER', 'SELLER']);

/** What an entry's hash is made of: see `entryJson`. */
const entry = z.strictObject({
  ...{ id: text, caseId: text, number: whole, field: text, side: text, uploadedBy: text },
  ...{ visibility: text, contentHash: hash, contentType: text, size: whole, addedAt: text },
  fileName: text.nullable(),
});
const link = { id: text, number: whole, prevHash: hash, entryHash: hash };

/** A dispute with all that it was decided on. `entry` is null where the reader may not see it: its hash still links. */
const document = z.strictObject({
  format: z.literal('tradegraph-dispute/1'),
  dispute: z.strictObject({
    ...{
      id: text,
      orderId: text,
      buyerId: text,
      sellerId: text,
      currency: text,
      stakeMinor: minor,
    },
    ...{ kind: text, reason: text, text, state: text, openedAt: text, closedAt: text.nullable() },
    lines: z.array(z.strictObject({ orderLineId: text, quantity: whole })),
  }),
  contract: z.strictObject({ hash, text }).nullable(),
  proposals: z.array(
    z.strictObject({ version: whole, side, kind: text, amountMinor: minor, text, at: text }),
  ),
  evidence: z.array(z.strictObject({ ...link, entry: entry.nullable(), text: text.nullable() })),
  headHash: hash,
  decisions: z.array(
    z.strictObject({
      ...{ round: whole, fault: text, stakeMinor: minor, refundMinor: minor, releaseMinor: minor },
      ...{ goodwillMinor: minor, returnRequired: z.boolean(), policyVersion: text, reason: text },
      ...{ clauses: z.array(text), evidenceIds: z.array(text), at: text },
    }),
  ),
  appeal: z.strictObject({ side, reason: text, at: text }).nullable(),
  clauses: z.array(z.strictObject({ version: text, id: text, title: text, text })),
});
export type DisputeDocument = z.infer<typeof document>;

/** The file: canonical JSON of the document with the hash of all the rest in it. */
export const sealedText = (content: DisputeDocument): string =>
  canonicalText({ ...content, hash: sha256(canonicalText(content)) });

/** What is wrong with a file, in words and the worst first; empty when all of it holds. Needs nothing but the file. */
export function problemsOf(file: string): string[] {
  const value = parseCanonical(file);
  if (value === undefined) return ['The file is not canonical JSON: it was changed or cut off.'];
  const parsed = document.safeExtend({ hash }).safeParse(value);
  if (!parsed.success) return ['The file is no export of a dispute.'];
  const { hash: seal, ...content } = parsed.data;
  return [
    ...chainProblems(content),
    ...contractProblems(content),
    ...decisionProblems(content),
    ...(seal === sha256(canonicalText(content)) ? [] : ['The hash of the whole file is wrong.']),
  ];
}

function chainProblems({ evidence, headHash, dispute }: DisputeDocument): string[] {
  let prevHash = CHAIN_START;
  for (const [n, one] of evidence.entries()) {
    const bad = linkProblem(one, prevHash, n + 1, dispute.id);
    if (bad !== undefined) return [`Evidence ${String(n + 1)} (${one.id}): ${bad}.`];
    prevHash = one.entryHash;
  }
  return headHash === prevHash ? [] : ['The last hash is not that of the last evidence.'];
}

/** Why an entry does not follow the one before, or is not what its hash vouches for. */
function linkProblem(
  { entry: shown, ...one }: DisputeDocument['evidence'][number],
  prevHash: string,
  number: number,
  caseId: string,
): string | undefined {
  if (one.number !== number || one.prevHash !== prevHash) {
    return 'it does not follow the entry before it';
  }
  if (shown === null) return one.text === null ? undefined : 'a text without an entry';
  if (shown.id !== one.id || shown.number !== number || shown.caseId !== caseId) {
    return 'it belongs to another place';
  }
  if (one.entryHash !== hashOfEntry(prevHash, shown)) {
    return 'its hash is wrong';
  }
  if ((one.text === null) === (shown.contentType === 'text/plain')) return 'its text is missing';
  const wrong = one.text !== null && sha256(one.text) !== shown.contentHash;
  return wrong ? 'its text is not the one that was filed' : undefined;
}

const AMOUNTS = ['goodsMinor', 'shippingMinor', 'taxMinor', 'totalMinor'] as const;

function contractProblems({ contract, dispute }: DisputeDocument): string[] {
  if (contract === null) return [];
  if (sha256(contract.text) !== contract.hash) return ['The contract is not the one of its hash.'];
  const parsed = orderContract.safeParse(parseCanonical(contract.text));
  if (!parsed.success) return ['The contract cannot be read.'];
  const { data } = parsed;
  const others = (['orderId', 'buyerId', 'sellerId', 'currency'] as const).filter(
    (name) => data[name] !== dispute[name],
  );
  const sums = AMOUNTS.filter(
    (name) => data.lines.reduce((sum, line) => sum + BigInt(line[name]), 0n) !== BigInt(data[name]),
  );
  return [
    ...others.map((name) => `The contract has another ${name} than the dispute.`),
    ...sums.map((name) => `The lines of the contract do not add up to its ${name}.`),
  ];
}

function decisionProblems({ decisions, dispute, evidence, clauses }: DisputeDocument): string[] {
  const filed = new Set(evidence.map(({ id }) => id));
  const cited = decisions.flatMap(({ policyVersion: version, clauses: ids }) =>
    ids.map((id) => ({ version, id })),
  );
  const perDecision = decisions.flatMap((one) => {
    const name = `Decision ${String(one.round)}`;
    const divided = BigInt(one.refundMinor) + BigInt(one.releaseMinor);
    const stake = one.stakeMinor === dispute.stakeMinor && divided === BigInt(one.stakeMinor);
    const missing = one.evidenceIds.filter((id) => !filed.has(id));
    return [
      ...(stake ? [] : [`${name} does not divide what is at stake.`]),
      ...(one.clauses.length > 0 ? [] : [`${name} cites no clause.`]),
      ...missing.map((id) => `${name} cites ${id}, which was not filed.`),
    ];
  });
  const unexplained = cited.filter(
    ({ version, id }) => !clauses.some((one) => one.version === version && one.id === id),
  );
  const reworded = clauses.filter(({ version, id, title, text: words }) => {
    const published = clauseOf(version, id);
    return published?.title !== title || published.text !== words;
  });
  return [
    ...perDecision,
    ...unexplained.map(({ version, id }) => `The text of clause ${version} ${id} is missing.`),
    ...reworded.map(({ version, id }) => `Clause ${version} ${id} is not as it was published.`),
  ];
}
