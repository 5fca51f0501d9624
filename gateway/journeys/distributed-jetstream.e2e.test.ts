import { crash } from './crash.journey';
import { logOutage } from './log-outage.journey';
import { resume } from './resume.journey';
import { resumeStreams } from './resume-streams.journey';
import { trade } from './trade.journey';
import { inStage } from './journey.system';

jest.setTimeout(300_000);

inStage('distributed with JetStream', [trade, logOutage, resume, resumeStreams, crash]);
