import { ORIGIN } from '#kernel/events/event-log';
import { type Fact, comparePositions } from '#kernel/events/fact';
import type { Vector } from './cursor';

/** True when a fact lies at or before a place. */
export const isBehind = ({ source, position }: Fact, place: Vector): boolean =>
  comparePositions(position, place.get(source) ?? ORIGIN) <= 0;

/** The place right behind a fact, for one who has everything up to `from`. */
export const behind = ({ source, position }: Fact, from: Vector): Vector =>
  new Map(from).set(source, position);

/** True when `place` lies nowhere before `other`. */
export const reaches = (place: Vector, other: Vector): boolean =>
  [...other].every(
    ([source, position]) => comparePositions(place.get(source) ?? ORIGIN, position) >= 0,
  );

/** The further of two places in each source. */
export const latest = (place: Vector, other: Vector): Vector => {
  const further = new Map(place);
  for (const [source, position] of other) {
    if (comparePositions(position, place.get(source) ?? ORIGIN) > 0) further.set(source, position);
  }
  return further;
};
