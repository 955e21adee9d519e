import { AmpError } from '../errors/amp-error.ts';
import type { Route } from './route.ts';

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export interface Router {
  /** Throws `api-route-unknown`, `api-method-refused` (details: `allow`), `api-request-invalid` for a segment that does not decode. */
  find(method: string, path: string): Match;
  /** Methods of a path for OPTIONS. Throws `api-route-unknown`. */
  methodsOf(path: string): string[];
}

interface Compiled {
  route: Route;
  pattern: RegExp;
  names: string[];
}

export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map(compile);
  const at = (path: string) => compiled.filter(({ pattern }) => pattern.test(path));
  const methodsOf = (path: string) => {
    const found = at(path);
    if (found.length === 0)
      throw new AmpError({ code: 'api-route-unknown', message: 'There is nothing at this path.' });
    const methods = new Set<string>(found.map(({ route }) => route.method));
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods, 'OPTIONS'].sort();
  };
  return {
    methodsOf,
    find(method, path) {
      const wanted = method === 'HEAD' ? 'GET' : method;
      const found = at(path).find(({ route }) => route.method === wanted);
      if (found) return { route: found.route, params: paramsOf(found, path) };
      const allow = methodsOf(path).join(', ');
      throw new AmpError({
        code: 'api-method-refused',
        message: `The path takes ${allow}.`,
        details: { allow },
      });
    },
  };
}

/** `{name}` before a colon ends at it (`…/{installation}:pause`); elsewhere a colon is part of the name. */
function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.path.replace(/\{(\w+)\}(:?)|[.*+?^$()[\]\\|]/g, (part, name?: string, colon = '') => {
    if (name === undefined) return `\\${part}`;
    names.push(name);
    return colon === '' ? '([^/]+)' : '([^/:]+):';
  });
  return { route, pattern: new RegExp(`^${source}$`), names };
}

function paramsOf({ pattern, names }: Compiled, path: string): Record<string, string> {
  const [, ...values] = pattern.exec(path)!;
  return Object.fromEntries(names.map((name, index) => [name, decode(name, values[index]!)]));
}

function decode(name: string, segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new AmpError({
      code: 'api-request-invalid',
      message: `The path segment {${name}} is not properly percent-encoded.`,
      details: { issues: [{ in: 'path', name, detail: 'It is not properly percent-encoded.' }] },
      cause: error,
    });
  }
}
