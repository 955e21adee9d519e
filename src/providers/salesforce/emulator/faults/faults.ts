import { SalesforceFault } from '../org.ts';
import { namedFaults } from './catalogue.ts';
import type { Effect, Fault, FaultMatch } from './fault.ts';

/** What callers give: a catalogue name, an own effect, or a catalogue name with parts of its effect changed. */
export interface NewFault {
  name?: string;
  match?: FaultMatch;
  count?: number;
  rate?: number;
  skip?: number;
  effect?: Partial<Effect> | Effect;
}

export interface Met {
  method: string;
  /** Path with query string. */
  url: string;
  clientId: string | undefined;
}

/** The active faults. `random` decides rates, so that a run can be repeated. */
export class Faults {
  readonly #random: () => number;
  #faults: Fault[] = [];
  #next = 1;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Throws INVALID_FAULT for an unknown name or a fault without an effect. */
  add(given: NewFault): Fault {
    const named = given.name === undefined ? undefined : namedFaults[given.name];
    if (given.name !== undefined && !named && !given.effect) {
      throw new SalesforceFault(400, 'INVALID_FAULT', `There is no fault named ${given.name}`);
    }
    const effect = { ...named?.effect, ...given.effect } as Effect;
    if (!effect.kind) throw new SalesforceFault(400, 'INVALID_FAULT', 'A fault needs a name or an effect');
    // A share of calls means "for as long as I leave it on".
    const lasting = named?.lasting === true || given.rate !== undefined;
    const count = given.count ?? (lasting ? undefined : 1);
    const fault: Fault = {
      id: String(this.#next++),
      name: given.name ?? effect.kind,
      match: { ...named?.match, ...given.match },
      ...(count === undefined || count === 0 ? {} : { count }),
      ...(given.rate === undefined ? {} : { rate: given.rate }),
      ...(given.skip === undefined ? {} : { skip: given.skip }),
      effect,
      hits: 0,
    };
    if (fault.match.pattern !== undefined) compilePattern(fault.match.pattern);
    this.#faults.push(fault);
    return fault;
  }

  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    return this.#faults.length < before;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** Effects this call meets, in the order they were added; counts are used up. */
  meet(call: Met): Effect[] {
    const effects: Effect[] = [];
    for (const fault of this.#faults) {
      if (!matches(fault.match, call)) continue;
      if (fault.skip !== undefined && fault.skip > 0) {
        fault.skip--;
        continue;
      }
      if (fault.rate !== undefined && this.#random() >= fault.rate) continue;
      fault.hits++;
      effects.push(fault.effect);
      if (fault.count !== undefined && --fault.count === 0) this.remove(fault.id);
    }
    return effects;
  }
}

function matches(match: FaultMatch, call: Met): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== call.method) return false;
  if (match.clientId !== undefined && match.clientId !== call.clientId) return false;
  if (match.path !== undefined && !call.url.toLowerCase().includes(match.path.toLowerCase())) return false;
  return match.pattern === undefined || compilePattern(match.pattern).test(call.url);
}

const compiled = new Map<string, RegExp>();

function compilePattern(source: string): RegExp {
  let pattern = compiled.get(source);
  if (!pattern) {
    try {
      pattern = new RegExp(source, 'i');
    } catch (error) {
      throw new SalesforceFault(400, 'INVALID_FAULT', `Pattern ${source}: ${(error as Error).message}`);
    }
    compiled.set(source, pattern);
  }
  return pattern;
}
