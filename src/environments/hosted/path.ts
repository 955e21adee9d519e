import { AmpError } from '../../errors/amp-error.ts';

/** A path whose every inserted name is one percent-encoded segment: path`/projects/${name}/installations`. */
export function path(parts: TemplateStringsArray, ...names: string[]): string {
  return parts.reduce((text, part, index) => text + part + (index < names.length ? segment(names[index]!) : ''), '');
}

function segment(name: string): string {
  // URLs drop these two even when encoded, and the request would go elsewhere.
  if (name === '' || name === '.' || name === '..') {
    throw new AmpError({ code: 'usage', message: `"${name}" cannot be the name or id of anything.` });
  }
  return encodeURIComponent(name);
}
