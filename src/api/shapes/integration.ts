import type { Revision } from '../../environments/local/revisions.ts';
import { integrationContent } from '../../manifest/integration-content.ts';
import type { Integration } from '../../manifest/manifest.ts';
import { anything, described, mapOf, named, record, text, time } from '../schema/schema.ts';

export const integrationSchema = named(
  'Integration',
  record({
    id: described(text(), 'Its name.'),
    projectId: text(),
    name: text(),
    provider: text(),
    createTime: described(time, 'Of the deployed revision.'),
    latestRevision: record({
      id: text(),
      specVersion: text(),
      createTime: time,
      content: described(mapOf(anything), 'One entry of `integrations` of the manifest.'),
    }),
  }),
);

export function toIntegration(projectId: string, revision: Revision, integration: Integration) {
  return {
    id: integration.name,
    projectId,
    name: integration.name,
    provider: integration.provider,
    createTime: revision.createdAt,
    latestRevision: {
      id: revision.id,
      specVersion: revision.manifest.specVersion,
      createTime: revision.createdAt,
      content: integrationContent(integration),
    },
  };
}
