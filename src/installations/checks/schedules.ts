import { countOf } from '../../manifest/quote.ts';
import { studySchedule } from '../../manifest/schedule/known.ts';
import type { ConfigFinding } from '../finding.ts';
import { at, type ConfigCheck } from './config-check.ts';

const smallestGapMinutes = 10;

/** Overrides of schedule and backfill keep the rules of the manifest. */
export const checkSchedules: ConfigCheck = ({ config }) =>
  Object.entries(config.read?.objects ?? {}).flatMap(([name, own]) => {
    const findings: ConfigFinding[] = [];
    const finding = (key: string, message: string, hint: string): void => {
      findings.push({
        code: 'config-schedule',
        severity: 'error',
        path: at('read', 'objects', name, key),
        message,
        hint,
      });
    };
    if (own.schedule) {
      const studied = studySchedule(own.schedule);
      if ('fault' in studied) {
        finding(
          'schedule',
          studied.fault.message,
          studied.fault.hint ?? 'Use five-field cron, such as "*/15 * * * *".',
        );
      } else if (studied.rhythm.smallestGapMinutes < smallestGapMinutes) {
        finding(
          'schedule',
          `"${own.schedule}" runs twice within ${countOf(studied.rhythm.smallestGapMinutes, 'minute')}.`,
          `Leave at least ${smallestGapMinutes} minutes between runs.`,
        );
      }
    }
    const period = own.backfill?.defaultPeriod;
    if (period) {
      const both = period.days !== undefined && period.fullHistory !== undefined;
      const neither = period.days === undefined && period.fullHistory === undefined;
      if (both || neither) {
        finding('backfill', `days and fullHistory are ${both ? 'both set' : 'both missing'}.`, 'Give one of them.');
      } else if ((period.days ?? 0) < 0) finding('backfill', 'days is below 0.', 'Use 0 for no history.');
    }
    return findings;
  });
