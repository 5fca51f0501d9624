import { runAsProcess } from '../../shared/simulator.process';
import { AURORA_DEFAULTS, startAurora } from './aurora.simulator';

runAsProcess(AURORA_DEFAULTS, startAurora);
