import { type Machine, machine } from '#kernel/machine/machine';

/** CLOSED lets every call through, OPEN none, HALF_OPEN a few to try. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

export const breakerMachine: Machine<BreakerState, 'trip' | 'wait' | 'fail' | 'recover'> = machine(
  'CLOSED',
  {
    CLOSED: { trip: 'OPEN' },
    OPEN: { wait: 'HALF_OPEN' },
    HALF_OPEN: { fail: 'OPEN', recover: 'CLOSED' },
  },
);
