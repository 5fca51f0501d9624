import { createHash, randomBytes } from 'node:crypto';
import { type Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { refuseCardNumbers } from './card.number';
import { countryOf, isToken } from './payment.desk';
import { type PspChange } from './psp.change';
import { type Method } from './psp.facts';
import { type PspState } from './psp.state';

/** Means of payment that are kept: the id made here is a token for later payments. */
export class MethodDesk {
  constructor(
    private readonly state: PspState,
    private readonly now: () => number,
  ) {}

  create(body: Fields): PspChange {
    const token = body.text('token');
    const reference = body.text('reference');
    refuseCardNumbers([token, reference]);
    const earlier = this.state.earlier(reference, 'method');
    if (earlier !== undefined) return { status: 200, body: this.state.method(earlier), facts: [] };
    if (!isToken(token)) throw new Refusal(422, 'TOKEN_INVALID', 'no such payment token');
    const country = countryOf(token);
    const method: Method = {
      id: `pm_sim_${randomBytes(12).toString('hex')}`,
      object: 'method',
      status: token === 'tok_setup_3ds' ? 'requires_action' : 'active',
      brand: 'simcard',
      last4: '4242',
      expMonth: 12,
      expYear: new Date(this.now()).getUTCFullYear() + 3,
      // The same card has the same fingerprint, whoever keeps it.
      fingerprint: createHash('sha256').update(token).digest('hex').slice(0, 16),
      ...(country !== undefined && { country }),
      reference,
      createdAt: new Date(this.now()).toISOString(),
      token,
    };
    const { id: objectId } = method;
    return {
      status: 201,
      body: method,
      facts: [
        { kind: 'method.put', method },
        { kind: 'operation.named', reference, action: 'method', objectId },
      ],
    };
  }

  /** Its owner agrees, or does not, to what the bank asked when it was set up. */
  complete(id: string, body: Fields): PspChange {
    const method = this.state.method(id);
    const outcome = body.oneOf('outcome', ['success', 'failure']);
    if (method.status !== 'requires_action') {
      throw new Refusal(
        409,
        'METHOD_NOT_WAITING',
        `a method that is ${method.status} waits for no answer`,
      );
    }
    return this.put({ ...method, status: outcome === 'success' ? 'active' : 'failed' });
  }

  /** Forgets it. Again: no effect. */
  detach(id: string, body: Fields): PspChange {
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, 'detach', id);
    const method = this.state.method(id);
    if (earlier !== undefined) return { status: 200, body: method, facts: [] };
    const { facts, ...change } = this.put({ ...method, status: 'detached' });
    const named = { kind: 'operation.named', reference, action: 'detach', objectId: id } as const;
    return { ...change, facts: [...facts, named] };
  }

  /** Ends what its owner has not agreed to. Again: no effect. */
  cancel(id: string): PspChange {
    const method = this.state.method(id);
    if (method.status === 'canceled') return { status: 200, body: method, facts: [] };
    if (method.status === 'active' || method.status === 'detached') {
      throw new Refusal(409, 'METHOD_NOT_WAITING', `a method that is ${method.status} is set up`);
    }
    return this.put({ ...method, status: 'canceled' });
  }

  private put(method: Method): PspChange {
    return { status: 200, body: method, facts: [{ kind: 'method.put', method }] };
  }
}
