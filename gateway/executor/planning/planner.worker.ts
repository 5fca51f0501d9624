import { parentPort, workerData } from 'node:worker_threads';
import { PlanMaker, type PlanRequest } from './plan-maker';

/** The thread of a {@link WorkerPlanner}: answers `ready` once, then every request with a plan or with why not. */
const maker = new PlanMaker(String(workerData));
parentPort?.postMessage('ready');
parentPort?.on('message', (request: PlanRequest) => {
  try {
    parentPort?.postMessage({ plan: JSON.stringify(maker.make(request)) });
  } catch (error) {
    parentPort?.postMessage({ failed: String(error) });
  }
});
