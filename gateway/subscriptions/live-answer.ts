import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import { EXPECTED, gatewayError } from '../gateway.errors';
import { ACCESS_KEY, type Meta } from './live-document';
import type { LivePlan } from './live-plan';

/** What the query of a subscription says about it: it may be seen, it may not, or nobody can tell now. */
export type Access = 'SEEN' | 'HIDDEN' | 'UNKNOWN';

const REFUSED = new Set<unknown>(['UNAUTHENTICATED', 'FORBIDDEN']);

export function accessOf(plan: LivePlan, answer: FormattedExecutionResult): Access {
  const { data, errors = [], extensions } = answer;
  const keys = [...plan.accessKeys, ACCESS_KEY];
  if (keys.some((key) => (data?.[key] ?? null) !== null)) return 'SEEN';
  const faults = errors.filter((error) => !REFUSED.has(error.extensions?.['code']));
  const incomplete = extensions?.['valueCompletion'] !== undefined;
  return faults.length > 0 || incomplete ? 'UNKNOWN' : 'HIDDEN';
}

/** Why a subscription does not begin. A stranger learns as little as from the query. */
export function refusal(answer: FormattedExecutionResult, viewer: Viewer): GraphQLError {
  const [error] = answer.errors ?? [];
  if (error !== undefined) {
    return new GraphQLError(error.message, {
      extensions: { ...error.extensions, [EXPECTED]: true },
    });
  }
  return gatewayError(viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
}

/** A message's own fields. */
export interface Occasion {
  readonly kind: 'SNAPSHOT' | 'CHANGE';
  readonly cursor: string;
  readonly eventType: string | null;
  readonly occurredAt: Date;
}

/** One message: the query's answer in the place of the payload, the gateway's fields around it. */
export function message(
  plan: LivePlan,
  answer: FormattedExecutionResult,
  occasion: Occasion,
): FormattedExecutionResult {
  const meta: Record<Meta, unknown> = {
    ...occasion,
    occurredAt: occasion.occurredAt.toISOString(),
    __typename: plan.typename,
  };
  // Without a prototype, an alias named like one of Object's properties is an ordinary key.
  const update = Object.create(null) as Record<string, unknown>;
  for (const { key, from } of plan.shape) {
    update[key] = from === 'query' ? (answer.data?.[key] ?? null) : meta[from];
  }
  const data = Object.create(null) as Record<string, unknown>;
  data[plan.rootKey] = update;
  const errors = (answer.errors ?? []).map((error) => below(plan.rootKey, error));
  return {
    data,
    ...(errors.length > 0 && { errors }),
    extensions: { cursor: occasion.cursor },
  };
}

function below(rootKey: string, { path, ...error }: GraphQLFormattedError): GraphQLFormattedError {
  const rest = path?.[0] === ACCESS_KEY ? [] : (path ?? []);
  return { ...error, path: [rootKey, ...rest] };
}
