import type { Rule } from '../rule.ts';
import { alwaysEnabledFields } from './always-enabled-fields.ts';
import { alwaysEnabledMapping } from './always-enabled-mapping.ts';
import { alwaysEnabledSchedule } from './always-enabled-schedule.ts';
import { associationEventProvider } from './association-event-provider.ts';
import { backfillConfig } from './backfill-config.ts';
import { readObjectsRule, subscribeObjectsRule, writeObjectsRule } from './block-objects.ts';
import { deliveryDeprecated } from './delivery-deprecated.ts';
import { deliveryMode } from './delivery-mode.ts';
import { destinationExists } from './destination-exists.ts';
import { destinationMissing } from './destination-missing.ts';
import { destinationNotFound } from './destination-not-found.ts';
import { directiveUnknownRule } from './directive-unknown-rule.ts';
import { directiveUnused } from './directive-unused.ts';
import { displayNameLength } from './display-name-length.ts';
import { duplicateFieldName } from './duplicate-field-name.ts';
import { duplicateIntegrationName } from './duplicate-integration-name.ts';
import { duplicateReadObject, duplicateSubscribeObject, duplicateWriteObject } from './duplicate-object.ts';
import { enumValue } from './enum-value.ts';
import { eventEnabledMissing } from './event-enabled-missing.ts';
import { fieldExists } from './field-exists.ts';
import { fieldMappingJsonpath } from './field-mapping-jsonpath.ts';
import { fieldMappingUnique } from './field-mapping-unique.ts';
import { fieldPathDots } from './field-path-dots.ts';
import { fieldPathExists } from './field-path-exists.ts';
import { fieldPromptUnused } from './field-prompt-unused.ts';
import { fieldShape } from './field-shape.ts';
import { fieldWritable } from './field-writable.ts';
import { frequentScheduleRisk } from './frequent-schedule-risk.ts';
import { googleCalendarBackfill } from './google-calendar-backfill.ts';
import { integrationName } from './integration-name.ts';
import { integrationStructure } from './integration-structure.ts';
import { keyCase } from './key-case.ts';
import { largeBackfillRisk } from './large-backfill-risk.ts';
import { mappingDefaultCustom } from './mapping-default-custom.ts';
import { objectExists } from './object-exists.ts';
import { objectNameCase } from './object-name-case.ts';
import { objectQueryable } from './object-queryable.ts';
import { objectWatchable } from './object-watchable.ts';
import { objectWritable } from './object-writable.ts';
import { otherEventsName } from './other-events-name.ts';
import { catalogAccess, destinationCheckFailed, providerAppCheckFailed } from './project-checks.ts';
import { providerAppNotConfigured } from './provider-app-not-configured.ts';
import { providerAppShared } from './provider-app-shared.ts';
import { providerCapabilities } from './provider-capability.ts';
import { providerModule } from './provider-module.ts';
import { providerNotSupported } from './provider-not-supported.ts';
import { proxyEnabledMissing } from './proxy-enabled-missing.ts';
import { readObjectFields } from './read-object-fields.ts';
import { readObjectInert } from './read-object-inert.ts';
import { requiredField } from './required-field.ts';
import { salesforceSubscribeLimit } from './salesforce-subscribe-limit.ts';
import { scheduleMinimumInterval } from './schedule-minimum-interval.ts';
import { scheduleNonstandard } from './schedule-nonstandard.ts';
import { scheduleSyntax } from './schedule-syntax.ts';
import { snowflakeBackfill } from './snowflake-backfill.ts';
import { specVersion } from './spec-version.ts';
import { subscribeInheritFields } from './subscribe-inherit-fields.ts';
import { subscribeMinimumEvents } from './subscribe-minimum-events.ts';
import { subscribeReadObject } from './subscribe-read-object.ts';
import { subscribeRequiresRead } from './subscribe-requires-read.ts';
import { unknownKey } from './unknown-key.ts';
import { updateEventEnabled } from './update-event-enabled.ts';
import { updateEventWatchFields } from './update-event-watch-fields.ts';
import { watchFieldsNoNesting } from './watch-fields-no-nesting.ts';
import { watchSchemaEvents } from './watch-schema-events.ts';
import { watchSchemaInterval } from './watch-schema-interval.ts';
import { watchSchemaNoRead } from './watch-schema-no-read.ts';
import { wideSelect } from './wide-select.ts';
import { writeAmbiguousSource } from './write-ambiguous-source.ts';
import { writeInheritNoRead } from './write-inherit-no-read.ts';
import { writeReadOnlyPath } from './write-read-only-path.ts';
import { yamlCoercedScalar } from './yaml-coerced-scalar.ts';
import { yamlDuplicateKey } from './yaml-duplicate-key.ts';
import { yamlEncoding } from './yaml-encoding.ts';
import { yamlLimits } from './yaml-limits.ts';
import { yamlMultipleDocuments } from './yaml-multiple-documents.ts';
import { yamlSyntax } from './yaml-syntax.ts';
import { yamlType } from './yaml-type.ts';

/** Every rule, in the order of docs/rules.md. Findings are sorted by place, so the order here changes nothing else. */
export const rules: readonly Rule[] = [
  yamlSyntax,
  yamlEncoding,
  yamlLimits,
  yamlType,
  yamlDuplicateKey,
  yamlMultipleDocuments,
  yamlCoercedScalar,
  keyCase,
  unknownKey,
  directiveUnknownRule,
  directiveUnused,
  specVersion,
  integrationStructure,
  requiredField,
  integrationName,
  duplicateIntegrationName,
  displayNameLength,
  readObjectsRule,
  writeObjectsRule,
  subscribeObjectsRule,
  proxyEnabledMissing,
  destinationMissing,
  scheduleSyntax,
  scheduleMinimumInterval,
  scheduleNonstandard,
  frequentScheduleRisk,
  backfillConfig,
  largeBackfillRisk,
  readObjectInert,
  readObjectFields,
  fieldShape,
  fieldMappingJsonpath,
  fieldPathDots,
  fieldMappingUnique,
  duplicateFieldName,
  fieldPromptUnused,
  mappingDefaultCustom,
  enumValue,
  alwaysEnabledFields,
  alwaysEnabledMapping,
  alwaysEnabledSchedule,
  deliveryMode,
  deliveryDeprecated,
  duplicateReadObject,
  duplicateWriteObject,
  duplicateSubscribeObject,
  subscribeRequiresRead,
  subscribeReadObject,
  objectNameCase,
  subscribeInheritFields,
  updateEventEnabled,
  eventEnabledMissing,
  updateEventWatchFields,
  watchFieldsNoNesting,
  subscribeMinimumEvents,
  associationEventProvider,
  otherEventsName,
  salesforceSubscribeLimit,
  writeInheritNoRead,
  writeAmbiguousSource,
  writeReadOnlyPath,
  watchSchemaInterval,
  watchSchemaEvents,
  watchSchemaNoRead,
  providerNotSupported,
  providerModule,
  ...providerCapabilities,
  googleCalendarBackfill,
  snowflakeBackfill,
  objectExists,
  objectQueryable,
  objectWritable,
  objectWatchable,
  fieldExists,
  fieldPathExists,
  fieldWritable,
  wideSelect,
  destinationExists,
  destinationNotFound,
  catalogAccess,
  destinationCheckFailed,
  providerAppCheckFailed,
  providerAppNotConfigured,
  providerAppShared,
];

export const ruleIds: ReadonlySet<string> = new Set(rules.map((rule) => rule.id));
