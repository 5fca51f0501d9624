import { apiKey } from './api-key.journey';
import { crash } from './crash.journey';
import { liveRights } from './live-rights.journey';
import { liveRightsEnd } from './live-rights-end.journey';
import { operations } from './operations.journey';
import { outage } from './outage.journey';
import { races } from './races.journey';
import { resume } from './resume.journey';
import { resumeStreams } from './resume-streams.journey';
import { trade } from './trade.journey';
import { inStage } from './journey.system';

jest.setTimeout(300_000);

inStage('distributed', [
  operations,
  trade,
  liveRights,
  races,
  apiKey,
  outage,
  resume,
  resumeStreams,
  liveRightsEnd,
  crash,
]);
