import { type SharedFact } from './facts';
import { FaultPlan } from './fault.plan';
import { Journal } from './journal';
import { seededRandom } from './seeded.random';
import { StoredAnswers } from './stored.answers';
import { WebhookSender, type WebhookTarget } from './webhook.sender';

/** How a simulator is started. */
export interface StoreSettings {
  dataDir: string;
  seed: number;
  webhook: WebhookTarget | undefined;
}

/** What a simulator knows of its own world: it changes by facts only. */
export interface Folded<F> {
  apply(fact: F | SharedFact): void;
}

/**
 * The memory of a simulator: facts applied to its state and written to its journal. A commit is one
 * journal line; a start replays the lines, so a `kill -9` loses nothing that was answered.
 */
export class FactStore<F extends { kind: string }> {
  readonly answers = new StoredAnswers();
  readonly faults: FaultPlan;
  readonly webhooks: WebhookSender;
  private journal: Journal | undefined;
  private listeners: (() => void)[] = [];

  constructor(
    private readonly settings: StoreSettings,
    private readonly state: Folded<F>,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.faults = new FaultPlan(seededRandom(settings.seed, 'faults'));
    this.webhooks = new WebhookSender(settings.webhook, this.faults, this);
  }

  /** Replays the journal. Call once, before anything else. */
  open(): void {
    this.journal = Journal.open(
      this.settings.dataDir,
      (line) => {
        this.apply(line as (F | SharedFact)[]);
      },
      this.onFailure,
    );
  }

  /** Applies the facts and queues them as one journal line. Empty lists are ignored. */
  commit(facts: readonly (F | SharedFact)[]): void {
    if (facts.length === 0) return;
    if (this.journal === undefined) throw new Error('the store is not open');
    this.apply(facts);
    this.journal.append(facts);
    this.webhooks.wake();
    for (const listener of this.listeners) listener();
  }

  settled(): Promise<void> {
    return this.journal?.settled() ?? Promise.resolve();
  }

  /** Calls `listener` after each commit; timers use it to look for new due work. */
  onCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  async close(): Promise<void> {
    this.webhooks.stop();
    this.listeners = [];
    await this.journal?.close();
  }

  private apply(facts: readonly (F | SharedFact)[]): void {
    for (const fact of facts) {
      // Each part looks at `kind` and leaves what it does not know.
      this.answers.apply(fact as SharedFact);
      this.webhooks.apply(fact as SharedFact);
      this.state.apply(fact);
    }
  }
}
