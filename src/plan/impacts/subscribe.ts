import type { Impact, Json } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, impact, usersOf } from './impact-rule.ts';

/** Subscriptions: which events arrive, and where. */
export const subscribeImpact: ImpactRule = (at) => {
  if (at.change.kind !== 'subscribe-object') return [];
  const subscribers = usersOf(at, 'subscribe');
  if (at.change.action === 'create') return [impact('safe', 'Events start once an installation adds it.')];
  if (at.change.action === 'delete') return [impact('breaking', 'Events of this object end.', subscribers)];
  const { before, after } = at.change;
  switch (at.setting) {
    case 'objectName':
      return [impact('breaking', 'Messages name the object in the new spelling.', subscribers)];
    case 'destination':
      return [impact('notice', `From the next event messages go to ${after}.`, subscribers)];
    case 'createEvent':
    case 'deleteEvent':
    case 'associationChangeEvent':
      return [switched(at, at.setting.replace('Event', ''), after !== undefined)];
    case 'updateEvent':
      return watchImpact(at);
    case 'otherEvents': {
      const gone = list(before).filter((name) => !list(after).includes(name));
      if (gone.length > 0) return [impact('breaking', `No more ${gone.join(', ')} events.`, subscribers)];
      return [impact('notice', 'More kinds of events arrive.', subscribers)];
    }
    default:
      return [impact('notice', 'Fields and mapping of the events change.', subscribers)];
  }
};

function switched(at: ChangeInWorld, event: string, on: boolean): Impact {
  return on
    ? impact('notice', `Every ${event} is an event from now on.`, usersOf(at, 'subscribe'))
    : impact('breaking', `No more ${event} events.`, usersOf(at, 'subscribe'));
}

function watchImpact(at: ChangeInWorld): Impact[] {
  const { before, after } = at.change;
  if (before === undefined || after === undefined) return [switched(at, 'update', after !== undefined)];
  const subscribers = usersOf(at, 'subscribe');
  if (after === 'all') return [impact('notice', 'Every update is an event from now on.', subscribers)];
  if (before === 'all')
    return [impact('breaking', `Only updates of ${watched(after)} are events from now on.`, subscribers)];
  const gone = list(before).filter((name) => !list(after).includes(name));
  if (!Array.isArray(after) || !Array.isArray(before) || gone.length > 0) {
    return [
      impact(
        'breaking',
        `Updates of ${gone.length > 0 ? gone.join(', ') : watched(before)} alone are no events any more.`,
        subscribers,
      ),
    ];
  }
  const more = list(after).filter((name) => !list(before).includes(name));
  return [impact('notice', `Updates of ${more.join(', ')} are events too.`, subscribers)];
}

function watched(value: Json): string {
  return Array.isArray(value) ? value.join(', ') : 'the selected fields';
}

function list(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
