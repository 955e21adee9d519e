import { projectName } from '../find.ts';
import { described, named, record, text, time } from '../schema/schema.ts';
import type { ApiWorld } from '../world.ts';

export const projectSchema = named(
  'Project',
  record(
    {
      id: text(),
      name: text(),
      appName: text(),
      orgId: described(text(), 'Empty: a local project has no organisation.'),
    },
    { createTime: time },
  ),
);

export function toProject({ projectId }: ApiWorld) {
  return { id: projectId, name: projectName, appName: projectName, orgId: '' };
}
