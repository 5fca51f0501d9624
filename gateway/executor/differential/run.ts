import type { Viewer } from '#kernel/auth/viewer';

/** An error as executors give it, before it is masked. */
export interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** What an executor answered. */
export interface Answer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly AnsweredError[] | undefined;
}

/** How the subgraphs behave during one run; equal moods give equal answers. */
export interface Mood {
  readonly seed: number;
  /** How often a nullable value is null, from 0 to 1. */
  readonly nulls: number;
  /** How often a resolver throws, from 0 to 1. */
  readonly errors: number;
  /** How often a subgraph cannot be reached at all, from 0 to 1. */
  readonly outages: number;
}

/** A valid operation with the variables it is run with. */
export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Runs an operation on one executor. */
export type Run = (operation: GeneratedOperation, viewer: Viewer, mood: Mood) => Promise<Answer>;
