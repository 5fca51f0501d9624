import { DAY, after } from '../clock/clock';

/** Topic of changes of anybody's access on one day, so that they can be found among all facts without reading those. */
export const accessTopic = (at: Date): string => `access:${at.toISOString().slice(0, 10)}`;

/** Topics of all changes that a token made today can be older than. Clocks of two machines may lie a little apart. */
export const recentAccessTopics = (now: Date): string[] =>
  [-DAY, 0, DAY].map((ms) => accessTopic(after(now, ms)));
