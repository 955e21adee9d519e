import type { Context } from '../../cli/context.ts';
import { callProxy, projectId } from '../../environments/hosted/data-plane.ts';
import { findInstallation } from '../../environments/hosted/lists.ts';
import { AmpError } from '../../errors/amp-error.ts';
import type { ProxyAnswer, ProxyRequest } from '../../runtime/proxy/proxy.ts';
import type { ProxyFlags } from '../proxy.ts';
import { withHosted } from '../with-hosted.ts';

/** A call through the platform's proxy: for the customer's installation, or for the integration and customer as named. */
export function callHostedProxy(
  context: Context,
  request: ProxyRequest,
  flags: ProxyFlags,
): Promise<Omit<ProxyAnswer, 'operationId'>> {
  const groupRef = flags.group;
  if (groupRef === undefined || flags.direct) {
    throw new AmpError({ code: 'usage', message: "Whose org? The platform's proxy wants a customer: --group <ref>." });
  }
  return withHosted(context, async (api) => {
    const target =
      flags.integration === undefined
        ? { installationId: (await findInstallation(api, groupRef)).id }
        : { integrationName: flags.integration, groupRef };
    const headers: Record<string, string> = { ...request.headers };
    if (flags.throttle) headers['x-amp-rate-limiter-mode'] = 'throttle';
    const { method, path, body } = request;
    const answer = await callProxy(api, await projectId(api), { method, path, body, headers, target });
    return { ...answer, forwarded: true, dropped: [] };
  });
}
