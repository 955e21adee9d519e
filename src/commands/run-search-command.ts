import type { Context } from '../cli/context.ts';
import type { SearchResult } from '../runtime/search/search.ts';

export interface SearchFlags {
  where?: string[];
  group?: string;
  integration?: string;
  org?: string;
}

/** Finds what is searched for whom, and asks the org. */
export async function runSearch(context: Context, objectName: string, flags: SearchFlags): Promise<SearchResult> {
  const { openState } = await import('../store/state.ts');
  const { locateAnyState } = await import('../config/project.ts');
  const { openOrg } = await import('../providers/open-org.ts');
  const { openLog } = await import('./open-log.ts');
  const { createDescriber } = await import('../providers/salesforce/describe/describer.ts');
  const { searchRecords } = await import('../runtime/search/search.ts');
  const { findPlace, sourceAt } = await import('./find-place.ts');
  const state = openState(locateAnyState(context));
  try {
    const place = await findPlace(context, state, flags, objectName);
    const source = await sourceAt(place, objectName, flags.integration);
    const { org, client } = await openOrg(context, place.installation?.orgId ?? flags.org);
    const log = await openLog(context, state);
    const describer = createDescriber({ client, org, clock: context.clock, cacheDir: context.config.cacheDir });
    const found = await searchRecords(
      { client, log, signal: context.signal, describe: (name) => describer.object(name) },
      { source, conditions: flags.where ?? [], org, startedBy: 'cli' },
    );
    log.flush();
    if (found.totalSize > found.result.length) {
      context.output.notice(
        `The first ${found.result.length} of ${found.totalSize} records: narrow the search for the others.`,
      );
    }
    return found;
  } finally {
    state.close();
  }
}
