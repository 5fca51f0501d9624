import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalText } from '#kernel/json/canonical';
import {
  CHAIN_START,
  type ChainedEntry,
  type EvidenceEntry,
  chained,
  firstBrokenEntry,
} from './evidence-chain.rules';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const entry: fc.Arbitrary<Omit<EvidenceEntry, 'number'>> = fc.record({
  id: fc.stringMatching(/^evd_[0-9a-z]{26}$/),
  caseId: fc.constant('dsp_1'),
  field: fc.constantFrom('OTHER', 'RECEIPT'),
  side: fc.constantFrom('BUYER', 'SELLER', 'OPERATOR', 'SYSTEM'),
  uploadedBy: fc.constantFrom('acc_1', 'system'),
  visibility: fc.constantFrom('PARTIES', 'OPERATORS'),
  contentHash: hash,
  contentType: fc.constantFrom('text/plain', 'image/png'),
  size: fc.integer({ min: 1, max: 20_000_000 }),
  fileName: fc.option(fc.string({ maxLength: 20 })),
  addedAt: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
});
const chains = fc.array(entry, { minLength: 1, maxLength: 8 }).map((entries) => {
  const links: ChainedEntry[] = [];
  for (const one of entries) {
    links.push(
      chained(links.at(-1)?.entryHash ?? CHAIN_START, { ...one, number: links.length + 1 }),
    );
  }
  return links;
});
/** A chain and one of its places. */
const places = chains.chain((links) =>
  fc.tuple(fc.constant(links), fc.integer({ min: 0, max: links.length - 1 })),
);

describe('the chain of evidence', () => {
  it('holds as it was made', () => {
    fc.assert(fc.property(chains, (links) => firstBrokenEntry(links) === undefined));
    expect(firstBrokenEntry([])).toBeUndefined();
  });

  it('hashes the hash before and the canonical JSON of the entry, in this order', () => {
    fc.assert(
      fc.property(entry, hash, (one, before) => {
        const numbered = { ...one, number: 1 };
        const json = canonicalText({ ...numbered, addedAt: one.addedAt.toISOString() });
        const expected = createHash('sha256').update(before).update(json).digest('hex');
        expect(chained(before, numbered)).toMatchObject({ prevHash: before, entryHash: expected });
      }),
    );
  });

  it('names the first entry of which anything was changed', () => {
    const changes: Partial<ChainedEntry>[] = [
      { contentHash: 'f'.repeat(64) },
      { uploadedBy: 'acc_2' },
      { addedAt: new Date(5e12) },
      { fileName: 'another name, longer than any' },
      { size: 0 },
      { caseId: 'dsp_2' },
      { prevHash: '1'.repeat(64) },
      { entryHash: '2'.repeat(64) },
    ];
    fc.assert(
      fc.property(places, fc.constantFrom(...changes), ([links, at], change) => {
        const changed = links.map((link, n) => (n === at ? { ...link, ...change } : link));
        expect(firstBrokenEntry(changed)).toBe(at + 1);
      }),
    );
  });

  it('names the place where an entry is missing, swapped or put in between', () => {
    fc.assert(
      fc.property(places, ([links, at]) => {
        const missing = links.filter((_link, n) => n !== at);
        if (at < links.length - 1) expect(firstBrokenEntry(missing)).toBe(at + 1);
        const doubled = links.flatMap((link, n) => (n === at ? [link, link] : [link]));
        expect(firstBrokenEntry(doubled)).toBe(at + 2);
        const swapped = [...links];
        swapped[at] = links[0]!;
        swapped[0] = links[at]!;
        if (at > 0) expect(firstBrokenEntry(swapped)).toBe(1);
      }),
    );
  });
});
