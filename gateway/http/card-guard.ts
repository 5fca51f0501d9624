import { type DocumentNode, visit } from 'graphql';
import { gatewayError } from '../gateway.errors';
import { isCardNumber } from './card-number.rules';

/** Refuses an operation that carries a card number in a literal or a variable. What it carries is never logged. */
export function refuseCardNumbers(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> | undefined,
): void {
  let found = holdsCardNumber(variables);
  const look = ({ value }: { readonly value: string }): void => {
    found ||= isCardNumber(value);
  };
  visit(document, { StringValue: look, IntValue: look });
  if (found) throw gatewayError('SENSITIVE_DATA_REFUSED');
}

function holdsCardNumber(value: unknown): boolean {
  if (typeof value === 'string') return isCardNumber(value);
  if (typeof value === 'number') return isCardNumber(value.toString());
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsCardNumber);
}
