import { type Fact, type Position, comparePositions } from '#kernel/events/fact';
import type { GroupMessage } from './group-message';

const MOST = 256;

/** What a group sends while the log is read for one of its subscribers. */
export class HeldMessages {
  /** True when there were more than can be held: the log has them too. */
  missed = false;
  private held: GroupMessage[] = [];
  /** The first held fact of each source. */
  private readonly from = new Map<string, Position>();

  add(message: GroupMessage): void {
    if (this.held.length >= MOST) {
      this.letGo();
      this.missed = true;
    }
    this.held.push(message);
    const { source, position } = message.fact;
    if (!this.from.has(source)) this.from.set(source, position);
  }

  /** True for a fact whose message was sent by the group, or is going to be. */
  covers({ source, position }: Fact): boolean {
    const first = this.from.get(source);
    return first !== undefined && comparePositions(position, first) >= 0;
  }

  /** All of them, oldest first; none is held any more. */
  take(): readonly GroupMessage[] {
    const { held } = this;
    this.letGo();
    return held;
  }

  private letGo(): void {
    this.held = [];
    this.from.clear();
  }
}
