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

/** Walks with a list of its own: variables may be nested deeper than the call stack reaches. */
function holdsCardNumber(variables: unknown): boolean {
  const open: unknown[] = [variables];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' || typeof value === 'number') {
      if (isCardNumber(value.toString())) return true;
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) open.push(inner);
    }
  }
  return false;
}
