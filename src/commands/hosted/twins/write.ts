import { type HostedWrite, writeRecords } from '../../../environments/hosted/data-plane.ts';
import { findIntegrationOfObject } from '../../../environments/hosted/find-object.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { type Json, renderJson } from '../../../mapping/json.ts';
import type { HostedTwin } from '../../or-hosted.ts';
import { withHosted } from '../../with-hosted.ts';
import type { WriteFlags } from '../../write.ts';
import { readWriteBody } from '../../write-input.ts';

/** The platform's answer as it came; a failed write is an answer, too. */
interface HostedWritten {
  success: boolean;
  output: Record<string, unknown>;
}

/** The same request through the platform. What only the local runtime can do is refused before anything is sent. */
export const hostedWrite: HostedTwin = {
  async run(context, { args, flags }) {
    const given = flags as WriteFlags;
    refuseLocalFlags(given);
    if (!given.group) throw usage('--group is missing: for which customer?');
    const body = await readWriteBody(context, given);
    return withHosted(context, async (api): Promise<HostedWritten> => {
      const object = args.object!;
      const integration = given.integration ?? (await findIntegrationOfObject(api, object, 'write'));
      const answer = await writeRecords(api, {
        integration,
        object,
        body: body as HostedWrite['body'],
        render: (value) => renderJson(value as Json),
      });
      return { success: answer.status < 300, output: answer.body };
    });
  },
  exit: (result) => ((result as HostedWritten).success ? 'ok' : 'failed'),
  json: (result) => (result as HostedWritten).output,
  async view(result, { output }) {
    const { renderHostedWrite } = await import('../../../views/hosted/write.ts');
    return renderHostedWrite(result as HostedWritten, output.style, output.width);
  },
};

const localFlags = ['file', 'dry-run', 'failures', 'results', 'external-id', 'org'] as const;

function refuseLocalFlags(flags: WriteFlags): void {
  const local = localFlags.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (local) throw usage(`--${local} works on the local project; the platform's write API has no such thing.`);
  if (flags.type === 'upsert') throw usage("The platform's write API knows create, update and delete.");
}

const usage = (message: string) => new AmpError({ code: 'usage', message });
