import type { Fact } from '#kernel/events/fact';

type Hear = (fact: Fact) => void;

/** Who hears facts on which topics. A fact on several topics of one listener is heard once. */
export class Topics {
  private readonly listeners = new Map<string, Set<Hear>>();

  /** Hears until the returned function is called. */
  listen(topics: readonly string[], hear: Hear): () => void {
    for (const topic of topics) {
      const known = this.listeners.get(topic) ?? new Set();
      this.listeners.set(topic, known.add(hear));
    }
    return () => {
      for (const topic of topics) {
        const known = this.listeners.get(topic);
        known?.delete(hear);
        if (known?.size === 0) this.listeners.delete(topic);
      }
    };
  }

  tell(fact: Fact): void {
    const reached = new Set<Hear>();
    for (const topic of fact.topics) {
      for (const hear of this.listeners.get(topic) ?? []) reached.add(hear);
    }
    for (const hear of reached) hear(fact);
  }
}
