import { searchRecords } from '../../../environments/hosted/data-plane.ts';
import { findIntegrationOfObject } from '../../../environments/hosted/find-object.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

/** One page of records of a customer's org, found by the platform. */
export const hostedSearch: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, async (api) => {
      const groupRef = flags.group;
      if (!groupRef) throw new AmpError({ code: 'usage', message: '--group is missing: for which customer?' });
      const objectName = args.object!;
      const integration = flags.integration ?? (await findIntegrationOfObject(api, objectName));
      const fieldFilters = (flags.where ?? []).map(parseFilter);
      const result = await searchRecords(api, { integration, groupRef, objectName, fieldFilters });
      return { object: objectName, result, totalSize: result.length };
    }),
  async view(result, { output }) {
    const { renderSearch } = await import('../../../views/search.ts');
    return renderSearch(result as Parameters<typeof renderSearch>[0], output.style, output.width);
  },
};

/** `email=ada@example.com`; true and false are booleans, everything else is text, since field types are not known here. */
function parseFilter(text: string) {
  const at = text.indexOf('=');
  if (at < 1) throw new AmpError({ code: 'usage', message: `--where ${text} is not field=value.` });
  const value = text.slice(at + 1);
  return {
    fieldName: text.slice(0, at),
    operator: 'eq' as const,
    value: value === 'true' ? true : value === 'false' ? false : value,
  };
}
