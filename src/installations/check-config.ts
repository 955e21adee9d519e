import type { ConfigCheck, ConfigSubject } from './checks/config-check.ts';
import { checkDefaults } from './checks/defaults.ts';
import { checkDestinations } from './checks/destinations.ts';
import { checkFields } from './checks/fields.ts';
import { checkFilters } from './checks/filters.ts';
import { checkObjects } from './checks/objects.ts';
import { checkQuotaOptimization } from './checks/quota-optimization.ts';
import { checkRequiredMappings } from './checks/required-mappings.ts';
import { checkSchedules } from './checks/schedules.ts';
import { checkSubscriptions } from './checks/subscriptions.ts';
import { checkValueMappings } from './checks/value-mappings.ts';
import type { ConfigFinding } from './finding.ts';

const checks: readonly ConfigCheck[] = [
  checkObjects,
  checkRequiredMappings,
  checkFields,
  checkFilters,
  checkValueMappings,
  checkSchedules,
  checkDestinations,
  checkDefaults,
  checkSubscriptions,
  checkQuotaOptimization,
];

/** Everything wrong with a config, against the manifest and, when given, the org. Pure; the same order for the same input. */
export function checkConfig(subject: ConfigSubject): ConfigFinding[] {
  return checks.flatMap((check) => check(subject));
}

export type { ConfigSubject };
