import type { Style } from '../output/style.ts';
import { terminalText, wrapText } from '../output/terminal-text.ts';
import type { ApplyOutcome, FieldOutcome } from '../providers/salesforce/custom-fields/apply-fields.ts';
import type { FieldChange, FieldsPlan } from '../providers/salesforce/custom-fields/plan-fields.ts';

/** The plan for people: a line a field, what differs below it, the permission set at the end. */
export function renderFieldsPlan(
  plan: FieldsPlan,
  { alias, style, width }: { alias: string; style: Style; width: number },
): string {
  const longest = Math.max(...plan.fields.map((field) => nameOf(field).length), 0);
  const lines = plan.fields.flatMap((field) => {
    const below = [...field.changes.map((text) => style.dim(text)), ...field.warnings.map((text) => style.warn(text))];
    const name = nameOf(field).padEnd(longest);
    return [
      `${symbolOf(field.action, style)} ${name}  ${style.dim(terminalText(field.type))}`,
      ...below.flatMap((text) => wrapText(terminalText(text), Math.max(20, width - 4)).map((line) => `    ${line}`)),
    ];
  });
  const { grants, assign, name, action } = plan.permissionSet;
  if (grants.length > 0 || assign) {
    const what = [
      action === 'create' && 'new',
      grants.length > 0 && `shows ${grants.length} ${grants.length === 1 ? 'field' : 'fields'}`,
      assign && 'assigned to the connected user',
    ].filter(Boolean);
    lines.push(`${symbolOf(action === 'create' ? 'create' : 'update', style)} ${name}  ${style.dim(what.join(', '))}`);
  }
  return [style.bold(`Custom fields of ${terminalText(alias)}`), ...lines, ''].join('\n');
}

/** One line of counts, and what went wrong. */
export function renderFieldsResult(result: ApplyOutcome & { org: string; dryRun: boolean }, style: Style): string {
  const outcomes = Object.entries(result.fields).flatMap(([object, fields]) =>
    Object.values(fields).map((outcome) => ({ ...outcome, name: `${object}.${outcome.fieldName}` })),
  );
  const failed = outcomes.filter(({ error }) => error);
  const count = (action: FieldOutcome['action']) =>
    outcomes.filter((outcome) => outcome.action === action && !outcome.error).length;
  const { permissionSet } = result;
  const touched = permissionSet.granted.length > 0 || permissionSet.assigned === 'create';
  const [create, update, none] = [count('create'), count('update'), count('none')];
  const counts = [
    create > 0 && `${create} ${result.dryRun ? 'to create' : 'created'}`,
    update > 0 && `${update} ${result.dryRun ? 'to update' : 'updated'}`,
    none > 0 && `${none} as ${none === 1 ? 'it' : 'they'} should be`,
    touched && `permission set ${result.dryRun ? 'to change' : 'in place'}`,
    failed.length > 0 && style.bad(`${failed.length} refused`),
  ].filter(Boolean);
  const refused = failed.map(({ name, error }) => `${style.bad('✗')} ${name}  ${terminalText(error!.message)}`);
  return [...refused, `${counts.join(', ')}.`].join('\n');
}

function nameOf({ objectName, fieldName }: FieldChange): string {
  return terminalText(`${objectName}.${fieldName}`);
}

function symbolOf(action: FieldChange['action'], style: Style): string {
  if (action === 'none') return style.dim('·');
  return action === 'create' ? style.good('+') : style.warn('~');
}
