import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { type TimerHandlers, setTimer } from '#kernel/events/timers';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import { requireBuyer } from '../balances/seller.service';
import { type MethodSetupId, type SavedMethodId, methodSetupIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import { checkToken } from '../payments/tender.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspObject, PspPort } from '../psp/psp.port';
import { SETUP_END_MS, SETUP_MS, SETUP_TIMER, setupState } from './method.rules';
import type { MethodSetupRow } from './method-setup.entity';
import type { SavedMethodRow } from './saved-method.entity';
import { abandonIn, forgetIn, keepIn } from './saved-method.service';

const FIELD = ['input', 'setupId'];

/** Means of payment that buyers keep for later. Only their owner sees or uses them. */
export class MethodService {
  constructor(
    private readonly db: Database,
    private readonly psp: PspPort,
    private readonly outgoing: Outgoing,
  ) {}

  /**
   * Starts keeping what a token stands for. Our id is the PSP's key, so asking again after a lost answer makes no second
   * one. Refuses with CARD_NUMBER_REFUSED, METHOD_UNUSABLE, PSP_UNAVAILABLE (retryable).
   */
  async setUp(
    viewer: Viewer,
    { key, token }: { readonly key: string; readonly token: string },
  ): Promise<MethodSetupRow> {
    const buyerId = requireBuyer(viewer);
    checkToken(token, ['input', 'token']);
    const intent = { scope: `${buyerId}:paymentMethodSetup`, key, input: { token } };
    const id = await this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const setupId = methodSetupIds.create();
        await tx.query(
          `insert into "methodSetup" (id, "buyerId", state, "createdAt")
           values ($1, $2, 'CREATED', $3)`,
          [setupId, buyerId, tx.now],
        );
        await setTimer(
          tx,
          { subject: setupId, kind: SETUP_TIMER, version: 1 },
          after(tx.now, SETUP_END_MS),
        );
        return setupId;
      }),
    );
    const setup = await this.setup(id, buyerId);
    const known = mayBeSent(setup, this.db.clock.now()) ? await this.send(setup, token) : setup;
    if (known.state === 'FAILED' || known.state === 'CREATED')
      throw refuse('METHOD_UNUSABLE', { field: ['input', 'token'] });
    return known;
  }

  /**
   * Keeps what was set up, once its owner has agreed to it. The same card again is the same method, with the newest
   * token. Refuses with NOT_FOUND, METHOD_UNUSABLE, PSP_UNAVAILABLE (retryable).
   */
  async save(
    viewer: Viewer,
    input: { readonly key: string; readonly setupId: string; readonly consentVersion: string },
  ): Promise<SavedMethodId> {
    const buyerId = requireBuyer(viewer);
    const { key, setupId, consentVersion } = input;
    const setup = await this.setup(setupId, buyerId);
    const isOver = setup.state === 'SAVED' || setup.state === 'REMOVED';
    const found = isOver ? undefined : await this.read(setup);
    const intent = {
      scope: `${buyerId}:paymentMethodSave`,
      key,
      input: { setupId, consentVersion },
    };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, () => keepIn(tx, this.outgoing, { setup, found, consentVersion })),
    );
  }

  /** Forgets a method, here at once and at the PSP by an act of its own. Again: no effect. */
  async remove(
    viewer: Viewer,
    { key, id }: { readonly key: string; readonly id: SavedMethodId },
  ): Promise<SavedMethodRow> {
    const buyerId = requireBuyer(viewer);
    const intent = { scope: `${buyerId}:paymentMethodRemove`, key, input: { id } };
    await this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const row = await lockOwn(tx, id, buyerId);
        if (row.removedAt !== null) return id;
        await tx.query('update "savedPaymentMethod" set "removedAt" = $2 where id = $1', [
          id,
          tx.now,
        ]);
        await forgetIn(tx, this.outgoing, row);
        return id;
      }),
    );
    return this.method(id);
  }

  /** Handler of setups that nobody finished: the PSP is told to forget what it has of them. */
  timers(): TimerHandlers {
    return { [SETUP_TIMER]: (tx, { subject }) => abandonIn(tx, this.outgoing, subject) };
  }

  /** A buyer's methods, newest first; one more than the page holds. The caller has checked who asks. */
  list(buyerId: string, page: PageRequest): Promise<SavedMethodRow[]> {
    return this.db.query(
      `select * from "savedPaymentMethod" where "buyerId" = $1 and "removedAt" is null
       ${keyset(page, 2)}`,
      [buyerId, page.from?.[0] ?? null, page.size + 1],
    );
  }

  /** One method, whoever's. The caller has checked who asks. */
  async method(id: SavedMethodId): Promise<SavedMethodRow> {
    const row = await this.db.first<SavedMethodRow>(
      'select * from "savedPaymentMethod" where id = $1',
      [id],
    );
    if (row === undefined) throw new Error(`the method ${id} is gone`);
    return row;
  }

  private async setup(id: string, buyerId: string): Promise<MethodSetupRow> {
    const row = await this.db.first<MethodSetupRow>(
      'select * from "methodSetup" where id = $1 and "buyerId" = $2',
      [id, buyerId],
    );
    if (row === undefined) throw refuse('NOT_FOUND', { field: FIELD });
    return row;
  }

  private async send({ id }: MethodSetupRow, token: string): Promise<MethodSetupRow> {
    const reply = await this.psp.send(id, { kind: 'METHOD', token });
    if (reply.kind === 'OBJECT') return this.record(id, reply.object);
    if (reply.kind === 'REFUSED') return this.record(id, undefined);
    throw refuse('PSP_UNAVAILABLE', { retryable: true });
  }

  private async record(id: MethodSetupId, object: PspObject | undefined): Promise<MethodSetupRow> {
    const row = await this.db.first<MethodSetupRow>(
      `update "methodSetup" set state = $2, "pspMethodId" = $3, "actionUrl" = $4
       where id = $1 and state in ('CREATED', 'REQUIRES_ACTION') returning *`,
      [
        id,
        object === undefined ? 'FAILED' : setupState(object.status),
        object?.id ?? null,
        object?.actionUrl ?? null,
      ],
    );
    if (row !== undefined) return row;
    const now = await this.db.first<MethodSetupRow>('select * from "methodSetup" where id = $1', [
      id,
    ]);
    if (now === undefined) throw new Error(`the setup ${id} is gone`);
    return now;
  }

  /** What the PSP has of it now, once it can be charged. */
  private async read({ pspMethodId }: MethodSetupRow): Promise<PspObject> {
    if (pspMethodId === null) throw refuse('METHOD_UNUSABLE', { field: FIELD });
    const reply = await this.psp.get('method', pspMethodId);
    if (reply.kind === 'LOST') throw refuse('PSP_UNAVAILABLE', { retryable: true });
    const found = reply.kind === 'OBJECT' ? reply.object : undefined;
    if (found?.method === undefined || setupState(found.status) !== 'READY') {
      throw refuse('METHOD_UNUSABLE', { field: FIELD });
    }
    return found;
  }
}

/** Asking again for what is about to be given up would make something that nobody knows of. */
const mayBeSent = ({ state, createdAt }: MethodSetupRow, now: Date): boolean =>
  state === 'CREATED' && now < after(createdAt, SETUP_MS);

async function lockOwn(tx: Tx, id: SavedMethodId, buyerId: string): Promise<SavedMethodRow> {
  const row = await tx.first<SavedMethodRow>(
    `select * from "savedPaymentMethod" where id = $1 and "buyerId" = $2 for no key update`,
    [id, buyerId],
  );
  if (row === undefined) throw refuse('NOT_FOUND', { field: ['input', 'paymentMethodId'] });
  return row;
}
