import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { gatewayError } from '../../gateway.errors';
import type { PlanRequest } from './plan-maker';
import { type OpenPlanner, type Planner, planningLimit } from './planner';

export interface PlanningLimits {
  /** One plan may take this long; then its thread is ended. */
  readonly planMs: number;
  /** So many may wait; more are refused with OVERLOADED. */
  readonly waiting: number;
}

// Wall time on a machine that does other things too: 250 ms would refuse ordinary operations after a cold start.
const PLANNING_LIMITS: PlanningLimits = { planMs: 1_500, waiting: 200 };

const RETRY_MS = 1_000;

type Reply = 'ready' | { readonly plan: string } | { readonly failed: string };

interface Job {
  readonly request: PlanRequest;
  readonly done: (plan: QueryPlan) => void;
  readonly refused: (error: unknown) => void;
}

/** Plans in a thread of its own, one after the other: an operation made to be hard to plan holds up nothing else. */
class WorkerPlanner implements Planner {
  private readonly jobs: Job[] = [];
  private running: { readonly job: Job; readonly timer: NodeJS.Timeout } | undefined;
  private worker: Worker | undefined;
  private ready = false;
  private closed = false;

  constructor(
    private readonly sdl: string,
    private readonly limits: PlanningLimits,
    private readonly execArgv: readonly string[] | undefined,
  ) {}

  /** Resolved when the thread has read the supergraph. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const file = join(__dirname, `planner.worker${extname(__filename)}`);
      const worker = new Worker(file, {
        workerData: this.sdl,
        ...(this.execArgv !== undefined && { execArgv: [...this.execArgv] }),
      });
      worker.unref();
      this.worker = worker;
      worker.on('message', (reply: Reply) => {
        if (reply === 'ready') {
          this.ready = true;
          resolve();
        } else {
          this.answered(reply);
        }
        this.next();
      });
      worker.on('error', (error) => {
        // One that could not even begin would not begin the next time either.
        if (worker === this.worker && this.ready) this.restart(error);
        reject(error);
      });
    });
  }

  plan(request: PlanRequest): Promise<QueryPlan> {
    if (this.jobs.length >= this.limits.waiting) {
      return Promise.reject(gatewayError('OVERLOADED', { extensions: { retryAfterMs: RETRY_MS } }));
    }
    return new Promise((done, refused) => {
      this.jobs.push({ request, done, refused });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.worker?.terminate();
    this.refuse(gatewayError('INTERNAL'));
    for (const { refused } of this.jobs.splice(0)) refused(gatewayError('INTERNAL'));
  }

  private next(): void {
    if (!this.ready || this.running !== undefined) return;
    const job = this.jobs.shift();
    if (job === undefined) return;
    const timer = setTimeout(
      () => this.restart(new Error('planning took too long')),
      this.limits.planMs,
    );
    this.running = { job, timer };
    this.worker?.postMessage(job.request);
  }

  private answered(reply: Exclude<Reply, 'ready'>): void {
    if ('failed' in reply) {
      this.refuse(planningLimit(reply.failed));
      return;
    }
    const { running } = this;
    this.running = undefined;
    clearTimeout(running?.timer);
    running?.job.done(JSON.parse(reply.plan) as QueryPlan);
  }

  /** Ends the thread with what it works on; those that wait go on in a new one. */
  private restart(cause: unknown): void {
    this.ready = false;
    this.refuse(planningLimit(cause));
    void this.worker?.terminate();
    if (this.closed) return;
    this.start().catch((error: unknown) => {
      for (const { refused } of this.jobs.splice(0)) refused(error);
    });
  }

  private refuse(error: unknown): void {
    const { running } = this;
    this.running = undefined;
    clearTimeout(running?.timer);
    running?.job.refused(error);
  }
}

/** Opens planners in threads. `execArgv` is for tests that run from the sources. */
export const workerPlanners =
  (limits: PlanningLimits = PLANNING_LIMITS, execArgv?: readonly string[]): OpenPlanner =>
  async (sdl) => {
    const planner = new WorkerPlanner(sdl, limits, execArgv);
    await planner.start();
    return planner;
  };
