/**
 * A state machine as a table: state -> event -> next state. A missing cell is a refusal.
 * The table is data, so it can be tested exhaustively, printed as a diagram and shown in the API.
 */
export type Table<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>;

export interface Machine<State extends string, Event extends string> {
  readonly initial: State;
  readonly table: Table<State, Event>;
  next(from: State, event: Event): State | undefined;
  events(from: State): Event[];
  isFinal(state: State): boolean;
}

export function machine<State extends string, Event extends string>(
  initial: NoInfer<State>,
  table: Table<State, Event>,
): Machine<State, Event> {
  return {
    initial,
    table,
    next: (from, event) => table[from][event],
    events: (from) => Object.keys(table[from]) as Event[],
    isFinal: (state) => Object.keys(table[state]).length === 0,
  };
}

/** States that no chain of events leads to. A test asserts that this is empty for every machine. */
export function unreachable<State extends string, Event extends string>(
  m: Machine<State, Event>,
): State[] {
  const seen = new Set<State>([m.initial]);
  const queue: State[] = [m.initial];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const to of Object.values(m.table[state]) as State[]) {
      if (!seen.has(to)) {
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return (Object.keys(m.table) as State[]).filter((state) => !seen.has(state));
}

/** An object that maps each name to itself: what type-graphql registers as an enum. */
export const enumOf = <Name extends string>(names: readonly Name[]): { [N in Name]: N } =>
  Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };

/** The states of a machine, in table order. */
export const statesOf = <State extends string, Event extends string>(
  m: Machine<State, Event>,
): State[] => Object.keys(m.table) as State[];
