import { AmpError } from '../../errors/amp-error.ts';
import type { FieldFilter } from '../../installations/config.ts';
import { columnKind, findField, type ObjectShape } from '../../mapping/object-shape.ts';

/** `field=value` of the command line as a filter: the field's type decides what the text means. */
export function parseFilter(text: string, object: ObjectShape): FieldFilter {
  const at = text.indexOf('=');
  if (at <= 0) throw new AmpError({ code: 'usage', message: `"${text}" is not field=value.` });
  const fieldName = text.slice(0, at).trim();
  const value = text.slice(at + 1).trim();
  const field = findField(object, fieldName);
  // An unknown field is reported where filters are rendered, with its own hint.
  if (!field) return { fieldName, operator: 'eq', value };
  const kind = columnKind(field.type);
  if (kind === 'boolean') {
    if (!/^(?:true|false)$/i.test(value)) throw invalid(`${field.name} is true or false, not "${value}".`);
    return { fieldName, operator: 'eq', value: value.toLowerCase() === 'true' };
  }
  if (kind === 'integer' || kind === 'number') {
    if (!/^[+-]?\d+(?:\.\d+)?$/.test(value)) throw invalid(`${field.name} is a number, not "${value}".`);
    return { fieldName, operator: 'eq', value: Number(value) };
  }
  return { fieldName, operator: 'eq', value };
}

function invalid(message: string): AmpError {
  return new AmpError({ code: 'read-filter-invalid', message });
}
