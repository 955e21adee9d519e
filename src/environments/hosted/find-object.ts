import { AmpError } from '../../errors/amp-error.ts';
import type { HostedIntegration } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { listOf } from './hosted-environment.ts';
import { path } from './path.ts';

/**
 * Id of the one integration that reads (or writes) the object, by provider or mapped name; mapped names stand under read.
 * Throws `usage` when none or several do.
 */
export async function findIntegrationOfObject(
  api: HostedApi,
  objectName: string,
  action: 'read' | 'write' = 'read',
): Promise<string> {
  const integrations = listOf<HostedIntegration>(
    await api.get(path`/projects/${api.project}/integrations`),
    'integrations',
  );
  const wanted = objectName.toLowerCase();
  const reading = integrations.filter(({ latestRevision }) => {
    const content = latestRevision?.content as IntegrationContent | undefined;
    const mapped = content?.read?.objects?.find(({ mapToName }) => mapToName?.toLowerCase() === wanted)?.objectName;
    const names = [wanted, ...(mapped === undefined ? [] : [mapped.toLowerCase()])];
    return (content?.[action]?.objects ?? []).some(({ objectName: name }) => names.includes(name?.toLowerCase() ?? ''));
  });
  if (reading.length === 1) return reading[0]!.id;
  const among = (reading.length > 1 ? reading : integrations).map(({ name }) => name).join(', ');
  throw new AmpError({
    code: 'usage',
    message:
      reading.length > 1
        ? `${reading.length} integrations of "${api.project}" ${action} "${objectName}".`
        : `No integration of "${api.project}" ${action}s "${objectName}".`,
    hint: `Say which with --integration${among ? `: ${among}` : ''}.`,
  });
}

interface IntegrationContent {
  read?: { objects?: { objectName?: string; mapToName?: string }[] | null } | null;
  write?: { objects?: { objectName?: string }[] | null } | null;
}
