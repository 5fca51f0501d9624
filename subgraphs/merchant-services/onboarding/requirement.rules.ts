import type { VerificationState } from './merchant.machine';

/** What a merchant tells about the business. */
export interface LegalProfile {
  readonly entityType: string | null;
  readonly legalName: string | null;
  readonly registrationNumber: string | null;
  readonly address: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

export type RequirementCode =
  'ENTITY_TYPE' | 'LEGAL_NAME' | 'ADDRESS' | 'EMAIL' | 'PHONE' | 'REGISTRATION_NUMBER';

export interface Requirement {
  readonly code: RequirementCode;
  /** The input field that meets it. */
  readonly field: keyof LegalProfile;
  readonly met: boolean;
}

/** Gates that verification opens; others (advertising, financing) have requirements of their own. */
export interface Gates {
  readonly SELL: boolean;
  readonly PAYOUT: boolean;
}

/** One row per requirement: to whom it applies and what meets it. Format only: a check mark is not a proof. */
const CATALOGUE: readonly {
  readonly code: RequirementCode;
  readonly field: keyof LegalProfile;
  readonly appliesTo: (profile: LegalProfile) => boolean;
  readonly meets: RegExp;
}[] = [
  { code: 'ENTITY_TYPE', field: 'entityType', appliesTo: all, meets: /^(INDIVIDUAL|COMPANY)$/ },
  { code: 'LEGAL_NAME', field: 'legalName', appliesTo: all, meets: /^.{2,120}$/u },
  { code: 'ADDRESS', field: 'address', appliesTo: all, meets: /^[^]{8,300}$/u },
  {
    code: 'EMAIL',
    field: 'email',
    appliesTo: all,
    meets: /^[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}$/u,
  },
  { code: 'PHONE', field: 'phone', appliesTo: all, meets: /^\+[1-9]\d{6,14}$/ },
  {
    code: 'REGISTRATION_NUMBER',
    field: 'registrationNumber',
    appliesTo: (profile) => profile.entityType === 'COMPANY',
    meets: /^[0-9A-Za-z][0-9A-Za-z ./-]{3,30}$/,
  },
];

function all(): boolean {
  return true;
}

/** The requirements that apply to a profile and whether each is met. */
export const requirementsOf = (profile: LegalProfile): Requirement[] =>
  CATALOGUE.filter(({ appliesTo }) => appliesTo(profile)).map(({ code, field, meets }) => ({
    code,
    field,
    met: meets.test(profile[field] ?? ''),
  }));

const SELLING: readonly VerificationState[] = ['VERIFIED_L1', 'VERIFIED_L2', 'RECERTIFY_DUE'];

/** Which gates are open: no gate opens with a requirement unmet. */
export function gatesOf(state: VerificationState, profile: LegalProfile): Gates {
  const open = SELLING.includes(state) && requirementsOf(profile).every(({ met }) => met);
  return { SELL: open, PAYOUT: open };
}

/** The automatic check: a registration number that another merchant uses needs a person to look. */
export const autoCheck = (registrationUsedElsewhere: boolean): 'pass' | 'refer' =>
  registrationUsedElsewhere ? 'refer' : 'pass';

export const levelOf = (state: VerificationState, former: number): number =>
  state === 'VERIFIED_L1'
    ? 1
    : state === 'VERIFIED_L2'
      ? 2
      : state === 'RECERTIFY_DUE'
        ? former
        : 0;
