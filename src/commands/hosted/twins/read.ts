import { triggerRead } from '../../../environments/hosted/data-plane.ts';
import { findIntegrationOfObject } from '../../../environments/hosted/find-object.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { parseSpan } from '../../../platform/moment.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';

/** Starts a trigger read on the platform; its records go to the manifest's destination. */
export const hostedRead: HostedTwin = {
  run: (context, { args, flags }) =>
    withHosted(context, async (api) => {
      if (!flags.group) {
        throw new AmpError({ code: 'usage', message: '--group is missing: for which customer is it read?' });
      }
      const { since, until } = parseSpan(flags, context.clock.now());
      const iso = (moment: number | undefined) => (moment === undefined ? undefined : new Date(moment).toISOString());
      const integration = flags.integration ?? (await findIntegrationOfObject(api, args.object!));
      return triggerRead(api, {
        integration,
        object: args.object!,
        groupRef: flags.group,
        since: iso(since),
        until: iso(until),
      });
    }),
  view: ({ operationId }: { operationId: string }, { output: { style }, config }) =>
    [
      `${style.good('✓')} The read is started.`,
      style.dim(`  amp operations show ${operationId} -p ${config.project}`),
    ].join('\n'),
};
