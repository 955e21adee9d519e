import { SalesforceFault } from '../org.ts';
import type { World } from '../world.ts';
import { type Answer, type Call, notFound } from './call.ts';

/** A route of the org. Data routes answer at once, so that composite requests can run them inside one transaction. */
export interface Route {
  method: string;
  /** `/services/data/:version/sobjects/:object`; `*name` at the end takes the rest. Fixed segments ignore case. */
  pattern: string;
  /** `session` routes refuse calls without a valid one; `part` says that composite requests may contain it. */
  access: 'open' | 'session' | 'part';
  handle(call: Call, world: World): Answer | Promise<Answer>;
}

export type PartHandler = (call: Call, world: World) => Answer;

/** `GET` below `/services/data/vNN.0`, usable in composite requests. */
export const part = (method: string, path: string, handle: PartHandler): Route => ({
  method,
  pattern: `/services/data/:version${path}`,
  access: 'part',
  handle,
});

/** Below `/services/data/vNN.0`, only as a call of its own. */
export const data = (method: string, path: string, handle: Route['handle']): Route => ({
  method,
  pattern: `/services/data/:version${path}`,
  access: 'session',
  handle,
});

export const open = (method: string, pattern: string, handle: Route['handle']): Route => ({
  method,
  pattern,
  access: 'open',
  handle,
});

interface Compiled {
  route: Route;
  segments: string[];
  rest: boolean;
}

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export class Router {
  readonly #bySize = new Map<number, Compiled[]>();
  readonly #open: Compiled[] = [];

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.pattern.split('/').slice(1);
      const compiled = { route, segments, rest: segments.at(-1)!.startsWith('*') };
      if (compiled.rest) this.#open.push(compiled);
      else this.#bySize.set(segments.length, [...(this.#bySize.get(segments.length) ?? []), compiled]);
    }
  }

  /** Throws NOT_FOUND, or METHOD_NOT_ALLOWED when another method would have been right. */
  find(method: string, path: string): Match {
    const segments = path.split('/').slice(1);
    const allowed = new Set<string>();
    for (const compiled of [...(this.#bySize.get(segments.length) ?? []), ...this.#open]) {
      const params = match(compiled, segments);
      if (!params) continue;
      if (compiled.route.method === method || (method === 'HEAD' && compiled.route.method === 'GET')) {
        return { route: compiled.route, params };
      }
      allowed.add(compiled.route.method);
    }
    if (allowed.size === 0) throw notFound();
    const names = [...allowed, ...(allowed.has('GET') ? ['HEAD'] : [])].sort().join(',');
    const message = `HTTP Method '${method}' not allowed. Allowed are ${names}`;
    throw new SalesforceFault(405, 'METHOD_NOT_ALLOWED', message);
  }
}

function match({ segments, rest }: Compiled, given: string[]): Record<string, string> | undefined {
  if (rest ? given.length < segments.length - 1 : given.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = given[i] ?? '';
    if (segment === ':version') {
      if (!/^v\d{2}\.\d$/i.test(value)) return undefined;
      params.version = value.slice(1);
    } else if (segment[0] === ':') params[segment.slice(1)] = decode(value);
    else if (segment[0] === '*') params[segment.slice(1)] = given.slice(i).join('/');
    else if (segment.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return params;
}

/** Path segments keep `+` as it is; a broken escape stays text. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
