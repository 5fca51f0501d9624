import { CURRENT_POLICY, clauseOf, disputeReasons, isClause, policyOf } from './trade-policy';

describe('the trade policy', () => {
  it('names each clause once, with a title and a text', () => {
    const { clauses } = CURRENT_POLICY;
    expect(new Set(clauses.map(({ id }) => id)).size).toBe(clauses.length);
    expect(clauses.filter(({ title, text }) => title === '' || text.length < 40)).toEqual([]);
  });

  it('has a clause for every reason of a dispute', () => {
    const about = new Set(CURRENT_POLICY.clauses.flatMap((one) => one.about));
    expect(disputeReasons.filter((reason) => !about.has(reason))).toEqual([]);
  });

  it('knows its own clauses, and no others', () => {
    const { version } = CURRENT_POLICY;
    expect(policyOf(version)).toBe(CURRENT_POLICY);
    expect(isClause(version, 'TIME_LIMIT')).toBe(true);
    expect(clauseOf(version, 'NOT_RECEIVED')?.about).toEqual(['NOT_RECEIVED']);
    expect(isClause(version, 'NO_SUCH')).toBe(false);
    expect(isClause('1999-01', 'TIME_LIMIT')).toBe(false);
  });
});
