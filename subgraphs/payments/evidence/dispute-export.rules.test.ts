import fc from 'fast-check';
import { type OrderContract, contractText } from '#contracts/order-contract';
import { CURRENT_POLICY } from '#contracts/trade-policy';
import { canonicalText, sha256 } from '#kernel/json/canonical';
import { type DisputeDocument, problemsOf, sealedText } from './dispute-export.rules';
import { CHAIN_START, type EntryJson, hashOfEntry } from './evidence-chain.rules';

const at = '2026-11-30T12:00:00.000Z';
const amounts = { goodsMinor: '900', shippingMinor: '100', taxMinor: '0', totalMinor: '1000' };
const agreed: OrderContract = {
  ...{ orderId: 'ord_1', number: '1-1', buyerId: 'acc_1', sellerId: 'sel_1', placedAt: at },
  ...{ currency: 'EUR', shipTo: 'DE', policyVersion: CURRENT_POLICY.version },
  inspection: CURRENT_POLICY.inspection,
  lines: [
    {
      ...{ orderLineId: 'oln_1', offerId: 'off_1', productId: 'prd_1', variantId: 'var_1' },
      ...{ title: 'Füller', quantity: 1, unitMinor: '900', handlingDays: 2, ...amounts },
    },
  ],
  ...amounts,
};

function filed(texts: readonly string[]): DisputeDocument['evidence'] {
  let prevHash = CHAIN_START;
  return texts.map((text, n) => {
    const id = `evd_${String(n + 1)}`;
    const entry: EntryJson = {
      ...{ id, caseId: 'dsp_1', number: n + 1, field: 'OTHER', side: 'BUYER' },
      ...{ uploadedBy: 'acc_1', visibility: 'PARTIES', contentHash: sha256(text) },
      ...{ contentType: 'text/plain', size: text.length, fileName: null, addedAt: at },
    };
    const link = { id, number: n + 1, prevHash, entryHash: hashOfEntry(prevHash, entry) };
    prevHash = link.entryHash;
    // the second is hidden from this reader
    return n === 1 ? { ...link, entry: null, text: null } : { ...link, entry, text };
  });
}

const evidence = filed(['first', 'hidden', 'third']);
const { id, title, text } = CURRENT_POLICY.clauses[4]!;
const good: DisputeDocument = {
  format: 'tradegraph-dispute/1',
  dispute: {
    ...{ id: 'dsp_1', orderId: 'ord_1', buyerId: 'acc_1', sellerId: 'sel_1', currency: 'EUR' },
    ...{ stakeMinor: '1000', kind: 'REFUND_ONLY', reason: 'DAMAGED', text: 'broken' },
    ...{ state: 'DECIDED', openedAt: at, closedAt: null, lines: [] },
  },
  contract: contractText(agreed),
  proposals: [],
  evidence,
  headHash: evidence.at(-1)!.entryHash,
  decisions: [
    {
      ...{ round: 1, fault: 'SELLER', stakeMinor: '1000', refundMinor: '600', releaseMinor: '400' },
      ...{ goodwillMinor: '0', returnRequired: false, policyVersion: CURRENT_POLICY.version },
      ...{ reason: 'seen', clauses: [id], evidenceIds: ['evd_1', 'evd_2'], at },
    },
  ],
  appeal: null,
  clauses: [{ version: CURRENT_POLICY.version, id, title, text }],
};
const file = sealedText(good);
const [decision] = good.decisions;

describe('an export of a dispute', () => {
  it('holds as it was made, with what the reader may not see', () => {
    expect(problemsOf(file)).toEqual([]);
  });

  it('shows any byte that was changed, added or cut', () => {
    const bytes = Buffer.from(file, 'utf8');
    const places = fc.integer({ min: 0, max: bytes.length - 1 });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(bytes);
        changed[place] = changed[place]! ^ change;
        expect(problemsOf(changed.toString('utf8'))).not.toEqual([]);
        expect(problemsOf(bytes.subarray(0, place).toString('utf8'))).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(problemsOf(`${file}\n`)).not.toEqual([]);
  });

  it.each<[string, Partial<DisputeDocument>, string]>([
    [
      'a text of the evidence',
      { evidence: evidence.map((one, n) => (n === 0 ? { ...one, text: 'worst' } : one)) },
      'Evidence 1 (evd_1): its text is not the one that was filed.',
    ],
    [
      'an entry',
      {
        evidence: evidence.map((one, n) =>
          n === 2 && one.entry !== null ? { ...one, entry: { ...one.entry, side: 'SELLER' } } : one,
        ),
      },
      'Evidence 3 (evd_3): its hash is wrong.',
    ],
    [
      'a hidden entry that is left out',
      { evidence: evidence.filter((_one, n) => n !== 1) },
      'Evidence 2 (evd_3): it does not follow the entry before it.',
    ],
    [
      'the last entries left out',
      { evidence: evidence.slice(0, 2) },
      'The last hash is not that of the last evidence.',
    ],
    [
      'the contract',
      { contract: { ...good.contract!, text: good.contract!.text.replace('DE', 'FR') } },
      'The contract is not the one of its hash.',
    ],
    [
      'the contract of another order',
      { contract: contractText({ ...agreed, orderId: 'ord_2' }) },
      'The contract has another orderId than the dispute.',
    ],
    [
      'sums of the contract',
      { contract: contractText({ ...agreed, totalMinor: '1001' }) },
      'The lines of the contract do not add up to its totalMinor.',
    ],
    [
      'a decision',
      { decisions: [{ ...decision!, refundMinor: '601' }] },
      'Decision 1 does not divide what is at stake.',
    ],
    [
      'a decision without a clause',
      { decisions: [{ ...decision!, clauses: [] }] },
      'Decision 1 cites no clause.',
    ],
    [
      'a decision on evidence that nobody filed',
      { decisions: [{ ...decision!, evidenceIds: ['evd_9'] }] },
      'Decision 1 cites evd_9, which was not filed.',
    ],
    [
      'a clause',
      { clauses: good.clauses.map((one) => ({ ...one, text: `${one.text} Or not.` })) },
      `Clause ${CURRENT_POLICY.version} ${id} is not as it was published.`,
    ],
    [
      'a clause left out',
      { clauses: [] },
      `The text of clause ${CURRENT_POLICY.version} ${id} is missing.`,
    ],
  ])('names what was forged, even with a new hash of the file: %s', (_what, change, problem) => {
    expect(problemsOf(sealedText({ ...good, ...change }))).toContain(problem);
  });

  it('is told from any other file', () => {
    for (const other of ['', '{}', '[]', 'null', canonicalText(good)]) {
      expect(problemsOf(other)).toHaveLength(1);
    }
  });
});
