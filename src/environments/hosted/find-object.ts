import { AmpError } from '../../errors/amp-error.ts';
import type { HostedIntegration } from './answers.ts';
import type { HostedApi } from './hosted-api.ts';
import { listOf } from './hosted-environment.ts';
import { path } from './path.ts';

/** Id of the one integration that reads the object, by provider or mapped name. Throws `usage` when none or several do. */
export async function findIntegrationOfObject(api: HostedApi, objectName: string): Promise<string> {
  const integrations = listOf<HostedIntegration>(
    await api.get(path`/projects/${api.project}/integrations`),
    'integrations',
  );
  const wanted = objectName.toLowerCase();
  const reading = integrations.filter(({ latestRevision }) => {
    const content = latestRevision?.content as { read?: { objects?: ReadObjectContent[] | null } | null } | undefined;
    return (content?.read?.objects ?? []).some(
      (object) => object.objectName?.toLowerCase() === wanted || object.mapToName?.toLowerCase() === wanted,
    );
  });
  if (reading.length === 1) return reading[0]!.id;
  const among = (reading.length > 1 ? reading : integrations).map(({ name }) => name).join(', ');
  throw new AmpError({
    code: 'usage',
    message:
      reading.length > 1
        ? `${reading.length} integrations of "${api.project}" read "${objectName}".`
        : `No integration of "${api.project}" reads "${objectName}".`,
    hint: `Say which with --integration${among ? `: ${among}` : ''}.`,
  });
}

interface ReadObjectContent {
  objectName?: string;
  mapToName?: string;
}
