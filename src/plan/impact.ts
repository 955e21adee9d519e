import { fieldImpact } from './impacts/fields.ts';
import { type ImpactRule, type ImpactWorld, lookAt } from './impacts/impact-rule.ts';
import { installedFieldImpact } from './impacts/installed-fields.ts';
import { integrationImpact } from './impacts/integration.ts';
import { orgFieldImpact } from './impacts/org-fields.ts';
import { proxyImpact } from './impacts/proxy.ts';
import { readObjectImpact } from './impacts/read-object.ts';
import { scheduleImpact } from './impacts/schedule.ts';
import { subscribeImpact } from './impacts/subscribe.ts';
import { watchSchemaImpact } from './impacts/watch-schema.ts';
import { writeObjectImpact } from './impacts/write-object.ts';
import type { Change, Impact, Plan } from './plan.ts';
import { summarizeChanges } from './plan.ts';

const rules: readonly ImpactRule[] = [
  integrationImpact,
  readObjectImpact,
  scheduleImpact,
  fieldImpact,
  subscribeImpact,
  writeObjectImpact,
  proxyImpact,
  watchSchemaImpact,
  orgFieldImpact,
  installedFieldImpact,
];

/** The plan: every change with what it means for the installations there are. */
export function planChanges(changes: readonly Change[], world: ImpactWorld): Plan {
  const assessed = changes.map((change) => {
    const at = lookAt(change, world);
    return { ...change, impact: withoutContradictions(rules.flatMap((rule) => rule(at))) };
  });
  return { changes: assessed, summary: summarizeChanges(assessed) };
}

/** For whom a change breaks something, it is not safe as well. */
function withoutContradictions(impacts: readonly Impact[]): Impact[] {
  const broken = new Set(
    impacts.flatMap(({ level, installations }) =>
      level === 'breaking' ? (installations ?? []).map(({ id }) => id) : [],
    ),
  );
  return impacts.flatMap((impact) => {
    if (impact.level !== 'safe' || !impact.installations) return [impact];
    const installations = impact.installations.filter(({ id }) => !broken.has(id));
    return installations.length > 0 ? [{ ...impact, installations }] : [];
  });
}
