import { runAsProcess } from '../shared/simulator.process';
import { PSP_DEFAULTS, startPsp } from './psp.simulator';

runAsProcess(PSP_DEFAULTS, startPsp);
