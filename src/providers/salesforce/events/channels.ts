import { changeEventOf } from './channel-selection.ts';

/** `Account` → `/data/AccountChangeEvent`, `Touchpoint__c` → `/data/Touchpoint__ChangeEvent`, `Order__e` → `/event/Order__e`. Case matters to the org. */
export function channelOf(object: string): string {
  return object.endsWith('__e') ? `/event/${object}` : `/data/${changeEventOf(object)}`;
}
