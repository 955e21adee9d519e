import type { Route } from '../route.ts';
import { deployRoutes } from './deploys.ts';
import { installationChangeRoutes } from './installation-changes.ts';
import { installationRoutes } from './installations.ts';
import { objectRoutes } from './objects.ts';
import { documentRoute, operationalRoutes } from './operational.ts';
import { operationRoutes } from './operations.ts';
import { projectRoutes } from './project.ts';
import { recordRoutes } from './records.ts';

/** Every call of the API, one table: the server, the document and the conformance walk all read it. */
export const routes: readonly Route[] = [
  ...projectRoutes,
  ...deployRoutes,
  ...installationRoutes,
  ...installationChangeRoutes,
  ...recordRoutes,
  ...objectRoutes,
  ...operationRoutes,
  ...operationalRoutes,
  documentRoute(() => routes),
];
