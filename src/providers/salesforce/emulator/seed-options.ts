import { AmpError } from '../../../errors/amp-error.ts';
import type { OrgOptions } from './open-org.ts';

/** `--seed`, `--records` and `--data` of a start as what opens the org. Throws `usage`. */
export function seedOptions(given: { seed?: string; records?: string[]; dataFile?: string }): OrgOptions {
  const { seed = 'crm' } = given;
  if (seed !== 'crm' && seed !== 'large' && seed !== 'empty') {
    throw new AmpError({ code: 'usage', message: `"${seed}" is not one of crm, large, empty.` });
  }
  return {
    path: given.dataFile ?? ':memory:',
    seed,
    records: Object.fromEntries((given.records ?? []).map(readCount)),
  };
}

/** `contact=10000`. */
function readCount(text: string): [string, number] {
  const [, object, count] = /^(\w+)=(\d+)$/.exec(text) ?? [];
  if (object === undefined) throw new AmpError({ code: 'usage', message: `"${text}" is not object=count.` });
  return [object, Number(count)];
}
