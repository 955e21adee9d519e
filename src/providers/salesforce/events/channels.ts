/** `Account` → `/data/AccountChangeEvent`, `Touchpoint__c` → `/data/Touchpoint__ChangeEvent`, `Order__e` → `/event/Order__e`. Case matters to the org. */
export function channelOf(object: string): string {
  if (object.endsWith('__e')) return `/event/${object}`;
  if (object.endsWith('__c')) return `/data/${object.slice(0, -'c'.length)}ChangeEvent`;
  return `/data/${object}ChangeEvent`;
}
