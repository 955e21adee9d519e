import { findObject } from '../../manifest/identity.ts';
import type { BackfillPeriod, ReadObject } from '../../manifest/manifest.ts';
import type { Impact } from '../plan.ts';
import { type ChangeInWorld, type ImpactRule, impact, ownReadConfig, readersOf } from './impact-rule.ts';

/** A read object comes, goes, or has a setting changed that is neither its schedule nor a field. */
export const readObjectImpact: ImpactRule = (at) => {
  if (at.change.kind !== 'read-object') return [];
  if (at.change.action === 'delete') {
    return [
      impact(
        'breaking',
        'No longer read. With --on-removed stop scheduled reads end and the checkpoint is kept; with keep they go on.',
        readersOf(at),
      ),
    ];
  }
  if (at.change.action === 'create') return created(at);
  return settings[at.setting ?? '']?.(at) ?? [];
};

const settings: Record<string, (at: ChangeInWorld) => Impact[]> = {
  objectName: (at) => [impact('breaking', 'Messages name the object in the new spelling.', readersOf(at))],
  mapToName: (at) => [
    impact(
      'breaking',
      `Messages and writes call the object ${sayName(at, 'after')} instead of ${sayName(at, 'before')}.`,
      readersOf(at),
    ),
  ],
  mapToDisplayName: () => [impact('safe', 'A label; no data changes.')],
  destination: (at) => {
    const affected = readersOf(at).filter((one) => ownReadConfig(at, one)?.destination === undefined);
    if (at.change.after === undefined) return [impact('breaking', 'Records have nowhere to go any more.', affected)];
    return [impact('notice', `From the next run messages go to ${at.change.after}.`, affected)];
  },
  backfill: (at) => {
    if (!isWider(at.change.before as BackfillPeriod | undefined, at.change.after as BackfillPeriod | undefined)) {
      return [impact('safe', 'Only for installations to come.')];
    }
    return [
      impact(
        'notice',
        `History already read is not read again; ask for it with amp backfill ${at.objectName} --group <ref>.`,
        readersOf(at).filter((one) => ownReadConfig(at, one)?.backfill?.defaultPeriod === undefined),
      ),
    ];
  },
  enabled: (at) => {
    const silent = at.installed.filter((one) => ownReadConfig(at, one) === undefined);
    return at.change.after === undefined
      ? [impact('breaking', 'No longer read for installations that did not choose it.', silent)]
      : [impact('notice', 'Read for every installation, also those that never chose it.', silent)];
  },
  optionalFieldsAuto: (at) => {
    if (at.change.after !== undefined) return [impact('safe', 'Customers may pick any field.')];
    const picked = readersOf(at).filter((one) => {
      const own = ownReadConfig(at, one);
      return own?.selectedFieldsAuto === 'all' || Object.values(own?.selectedFields ?? {}).includes(true);
    });
    return [impact('breaking', 'Fields that are not listed can no longer be picked and leave the messages.', picked)];
  },
  delivery: (at) => [impact('notice', 'Delivery modes are deprecated and read as auto here.', readersOf(at))],
};

function created(at: ChangeInWorld): Impact[] {
  const object = findObject(at.after!.provider, at.after!.read?.objects, at.objectName!) as ReadObject;
  const choices = object.requiredFields.filter((entry) => entry.kind === 'chosen' && entry.default === undefined);
  if (object.enabled === 'always') {
    return [impact('notice', 'Read for every installation from the next run.', at.installed)];
  }
  const asks =
    choices.length > 0 ? ` They will be asked for ${choices.map((entry) => entry.mapToName).join(', ')}.` : '';
  return [impact('safe', `Read once an installation adds it.${asks}`)];
}

function isWider(before: BackfillPeriod | undefined, after: BackfillPeriod | undefined): boolean {
  const days = (period: BackfillPeriod | undefined) =>
    period === undefined ? 0 : 'days' in period ? period.days : Number.POSITIVE_INFINITY;
  return days(after) > days(before);
}

function sayName(at: ChangeInWorld, side: 'before' | 'after'): string {
  return String(at.change[side] ?? at.objectName);
}
