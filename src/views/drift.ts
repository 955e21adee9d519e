import type { Style } from '../output/style.ts';
import { terminalText, textWidth, wrapText } from '../output/terminal-text.ts';
import { agoText } from '../output/time-text.ts';
import type { DriftField, ObjectDrift } from '../runtime/schema/check-drift.ts';
import type { ComparedKey } from '../runtime/schema/diff-schema.ts';
import type { DriftReport, DriftSummary, InstallationDrift, OrgDrift } from '../runtime/schema/drift-report.ts';

interface Options {
  style: Style;
  width: number;
  now: number;
}

type ChangedField = ObjectDrift['changedFields'][number];

/** `amp org drift`: per customer what it means, then what changed, field by field; a line of sums at the end. */
export function renderDrift({ orgs, summary }: DriftReport, options: Options): string {
  const parts = orgs.flatMap((org) =>
    org.error
      ? [renderOrgError(org, options)]
      : org.installations.map((installation) => renderInstallation(org, installation, options)),
  );
  return [...parts, renderSummary(summary, options)].join('\n\n');
}

function renderOrgError({ alias, error }: OrgDrift, options: Options): string {
  const { style } = options;
  const remedy = wrapText(error!.hint, options.width - 4).map((line) => `    ${style.accent(line)}`);
  return [style.bold(terminalText(alias)), ...finding(style.bad('✗'), error!.message, options), ...remedy].join('\n');
}

function renderInstallation(org: OrgDrift, installation: InstallationDrift, options: Options): string {
  const { style } = options;
  const customer = installation.groupName || installation.groupRef;
  const title = terminalText([org.alias, customer, installation.integration].filter(Boolean).join(' · '));
  const impacts = installation.impacts.flatMap(({ level, message }) =>
    finding(level === 'breaking' ? style.bad('✗') : style.warn('!'), message, options),
  );
  const column = Math.max(...installation.objects.map(({ objectName }) => textWidth(terminalText(objectName))));
  return [
    style.bold(title),
    ...impacts,
    ...installation.objects.flatMap((object) => renderObject(object, column, options)),
  ].join('\n');
}

/** `column`: width of the longest name of an object. */
function renderObject(object: ObjectDrift, column: number, options: Options): string[] {
  const { style, now } = options;
  const name = terminalText(object.objectName);
  const head = (text: string) => `  ${name}${' '.repeat(column - textWidth(name))}  ${style.dim(text)}`;
  const since = object.baselineAt === undefined ? '' : `baseline ${agoText(Date.parse(object.baselineAt), now)}`;
  if (object.outcome === 'failed') return finding(style.bad('✗'), `${name}: ${object.error?.message ?? ''}`, options);
  if (object.outcome === 'absent') return [head('not used, and not in this org')];
  if (object.outcome === 'baseline') return [head('baseline made: drift counts from now on')];
  if (object.outcome === 'same') return [head(`nothing changed · ${since}`)];
  const lines: [sign: string, field: DriftField, text: string][] = [
    ...object.createdFields.map((field): [string, DriftField, string] => [
      style.good('+'),
      field,
      `new, ${field.providerType}${field.isRequired ? ', required' : ''}`,
    ]),
    ...object.deletedFields.map((field): [string, DriftField, string] => [
      style.bad('-'),
      field,
      field.reason === 'hidden'
        ? 'hidden from our user (field-level security)'
        : field.reason === 'deleted'
          ? 'deleted'
          : 'deleted, or hidden from our user',
    ]),
    ...object.changedFields.map((change): [string, DriftField, string] => [
      style.warn('~'),
      change.newSchema,
      change.keys.map((key) => describeKey(key, change)).join('; '),
    ]),
  ];
  const fieldColumn = Math.min(32, Math.max(...lines.map(([, { apiName }]) => textWidth(terminalText(apiName)))));
  return [
    head(since),
    ...lines.flatMap(([sign, { apiName }, text]) => {
      const padded = terminalText(apiName).padEnd(fieldColumn);
      const [first = '', ...rest] = wrapText(text, Math.max(options.width - fieldColumn - 8, 20));
      return [`    ${sign} ${padded}  ${first}`, ...rest.map((line) => `${' '.repeat(fieldColumn + 8)}${line}`)];
    }),
  ];
}

/** What became of one key, in words. */
function describeKey(key: ComparedKey, { oldSchema: old, newSchema: now }: ChangedField): string {
  switch (key) {
    case 'valueType':
      return `delivered as ${now.valueType} instead of ${old.valueType}`;
    case 'providerType':
      return `type ${old.providerType} → ${now.providerType}`;
    case 'displayName':
      return `label "${old.displayName}" → "${now.displayName}"`;
    case 'description':
      return now.description === undefined ? 'help text removed' : 'help text changed';
    case 'isRequired':
      return now.isRequired ? 'required now' : 'not required any more';
    case 'readOnly':
      return now.readOnly ? 'read-only now' : 'not read-only any more';
    case 'values':
      return `values ${difference(valuesOf(old), valuesOf(now)) || 'with other labels'}`;
    case 'referenceTo':
      return `points to ${difference(old.referenceTo ?? [], now.referenceTo ?? [])}`;
  }
}

const valuesOf = ({ values }: DriftField) => (values ?? []).map(({ value }) => value);

/** `+new −old`, the first few of each. */
function difference(before: readonly string[], after: readonly string[]): string {
  const few = (sign: string, items: readonly string[]) => [
    ...items.slice(0, 5).map((item) => `${sign}${item}`),
    ...(items.length > 5 ? [`${sign}${items.length - 5} more`] : []),
  ];
  const added = after.filter((item) => !before.includes(item));
  const removed = before.filter((item) => !after.includes(item));
  return [...few('+', added), ...few('−', removed)].join(', ');
}

function renderSummary(summary: DriftSummary, { style }: Options): string {
  const { created, deleted, changed, breaking, notices, failed, baselines } = summary;
  if (breaking + failed > 0) {
    const parts = [breaking > 0 && `${breaking} breaking`, failed > 0 && `${failed} not described`].filter(Boolean);
    const total = sums(summary);
    return `${style.bad('✗')} ${style.bold(parts.join(', '))}${total && style.dim(` · ${total}`)}`;
  }
  if (created + deleted + changed === 0) {
    return baselines > 0
      ? `${style.good('✓')} The baseline is made. Run it again to see what has changed since.`
      : `${style.good('✓')} No drift.`;
  }
  return `${style.good('✓')} Nothing breaks${notices > 0 ? ', but see above' : ''}.${style.dim(` ${sums(summary)}`)}`;
}

function sums({ created, deleted, changed }: DriftSummary): string {
  const counts: [number, string][] = [
    [created, 'new'],
    [deleted, 'gone'],
    [changed, 'changed'],
  ];
  return counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : [])).join(', ');
}

function finding(sign: string, text: string, { width }: Options): string[] {
  const [first = '', ...rest] = wrapText(text, width - 4);
  return [`  ${sign} ${first}`, ...rest.map((line) => `    ${line}`)];
}
