import { type SharedFact } from '../shared/facts';
import { type Change } from '../shared/http.routes';
import { type PspFact, type PspObject } from './psp.facts';

/** Makes the facts of a webhook about an object. */
export type Announce = (type: string, object: PspObject) => SharedFact[];

/** A reply that shows one object of the PSP. */
export interface PspChange extends Change<PspFact> {
  body: PspObject;
}
