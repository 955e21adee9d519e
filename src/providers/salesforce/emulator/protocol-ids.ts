import { idOfRow } from './ids.ts';

/** Ids of things that are no records: locators, jobs, batches, channel members. */
export class ProtocolIds {
  #next = 1;

  next(prefix: string): string {
    return idOfRow(prefix, this.#next++);
  }
}
