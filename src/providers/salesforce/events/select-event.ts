import { type ChangeHeader, isGap } from './change-event.ts';
import { matchesWatch, type WatchFilter } from './watch-filter.ts';

/** What one installation wants of one object's events. */
export interface EventSelection {
  create: boolean;
  delete: boolean;
  /** Absent: updates are off. */
  update?: WatchFilter;
  /** The provider's raw names, as in the manifest. */
  otherEvents: readonly string[];
  /** Drop what our own writes caused: changeOrigin carries this client name. */
  ownClient?: string;
}

export type SubscribeEventType = 'create' | 'update' | 'delete' | 'other';

export type Verdict =
  | { deliver: true; type: SubscribeEventType }
  /** `off`: this kind is not subscribed · `unwatched`: no watched field changed · `echo`: our own write. */
  | { deliver: false; reason: 'off' | 'unwatched' | 'echo' };

/**
 * Decides one header for one subscription. A gap event stands for its plain kind; its changed fields are unknown, so the
 * watch list cannot hold it back.
 */
export function selectEvent(header: ChangeHeader, selection: EventSelection): Verdict {
  if (selection.ownClient && clientOf(header.changeOrigin) === selection.ownClient)
    return { deliver: false, reason: 'echo' };
  const listed = selection.otherEvents.includes(header.changeType);
  switch (header.changeType) {
    case 'CREATE':
    case 'GAP_CREATE':
      if (selection.create) return { deliver: true, type: 'create' };
      break;
    case 'DELETE':
    case 'GAP_DELETE':
      if (selection.delete) return { deliver: true, type: 'delete' };
      break;
    case 'UPDATE':
    case 'GAP_UPDATE':
      if (!selection.update) break;
      if (isGap(header) || matchesWatch(selection.update, header.changedFields))
        return { deliver: true, type: 'update' };
      return listed ? { deliver: true, type: 'other' } : { deliver: false, reason: 'unwatched' };
  }
  // GAP_UNDELETE stands for UNDELETE, which is delivered only when listed.
  if (listed || (header.changeType === 'GAP_UNDELETE' && selection.otherEvents.includes('UNDELETE')))
    return { deliver: true, type: 'other' };
  return { deliver: false, reason: 'off' };
}

/** `com/salesforce/api/rest/66.0;client=amp` → `amp`. */
function clientOf(changeOrigin: string): string | undefined {
  return /;client=([^;/]*)/.exec(changeOrigin)?.[1];
}
