import type { Draft, DraftBlock } from '../key-spec.ts';
import type { DraftIntegration } from '../keys.ts';
import { actions, isSubscribed, nameOf, objectsOf, readObjectsOf, said, subscribeObjectsOf, titled } from '../parts.ts';
import { quote } from '../quote.ts';
import { defineRule, isMissing, isPresent, type Report, spotForMissing } from '../rule.ts';

export const requiredField = defineRule({
  id: 'required-field',
  severity: 'error',
  group: 'Integration',
  summary: 'A key that must be there is missing or blank: a name, a provider, an objectName, a needed destination.',
  why: 'Objects and integrations are found by their names, and results need somewhere to go: a subscribe object and watchSchema always, a read object as soon as it has a schedule, a backfill or subscribed events.',
  essential: true,
  check(file, report) {
    for (const integration of file.integrations) {
      const parent = titled('integration', integration);
      need(report, integration, 'name', 'This integration has no name.', 'Give it one: letters, digits, - and _.');
      need(
        report,
        integration,
        'provider',
        `${parent} has no provider.`,
        'Name the SaaS, for example "provider: salesforce".',
      );
      checkObjects(integration, report);
      checkDestinations(integration, report);
      checkWatchSchema(integration, report);
    }
  },
});

/** Reports a key that is missing, null or blank. */
function need(report: Report, block: DraftBlock, key: string, message: string, hint: string): void {
  const draft = (block as unknown as Record<string, Draft<unknown> | undefined>)[key];
  if (isMissing(block, key)) {
    const { spot, at } = spotForMissing(block, key);
    report(spot, { at, message, hint });
  } else if (draft && typeof draft.value === 'string' && draft.value.trim() === '') {
    report(draft.spot, { message, hint });
  }
}

function checkObjects(integration: DraftIntegration, report: Report): void {
  for (const action of actions) {
    for (const [index, object] of objectsOf(integration, action).entries()) {
      const message = `${ordinal(index)} ${action} object${of(integration)} has no objectName.`;
      need(report, object, 'objectName', message, "Name the provider's object.");
    }
  }
}

function checkDestinations(integration: DraftIntegration, report: Report): void {
  const hint = 'Name where its records go.';
  for (const object of readObjectsOf(integration)) {
    const reason = reasonForDestination(integration, object);
    if (reason)
      need(report, object, 'destination', `${titled('read object', object)} has ${reason} but no destination.`, hint);
  }
  for (const object of subscribeObjectsOf(integration)) {
    need(
      report,
      object,
      'destination',
      `${titled('subscribe object', object)} has no destination.`,
      'Name where its events go.',
    );
  }
}

function reasonForDestination(
  integration: DraftIntegration,
  object: ReturnType<typeof readObjectsOf>[number],
): string | undefined {
  if (said(object.schedule) || object.unusable?.get('schedule')?.isNull === false) return 'a schedule';
  if (isPresent(object, 'backfill')) return 'a backfill';
  return nameOf(object) !== '' && isSubscribed(integration, object) ? 'subscribed events' : undefined;
}

function checkWatchSchema(integration: DraftIntegration, report: Report): void {
  const watch = integration.watchSchema;
  if (!watch) return;
  need(report, watch, 'destination', `watchSchema${of(integration)} has no destination.`, 'Name where its reports go.');
  need(
    report,
    watch,
    'allObjects',
    `watchSchema${of(integration)} has no allObjects.`,
    'Add allObjects with the kinds of change to report.',
  );
  for (const kind of ['fieldCreated', 'fieldDeleted', 'fieldChanged'] as const) {
    const event = watch.allObjects?.[kind];
    if (event) need(report, event, 'enabled', `${kind} of watchSchema has no enabled.`, 'Add "enabled: always".');
  }
}

function of(integration: DraftIntegration): string {
  const name = nameOf(integration);
  return name === '' ? '' : ` of ${quote(name)}`;
}

function ordinal(index: number): string {
  return ['The first', 'The second', 'The third'][index] ?? `The ${index + 1}th`;
}
