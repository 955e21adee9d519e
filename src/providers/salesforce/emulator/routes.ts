import { adminRoutes } from './admin/routes.ts';
import { bulkOneRoutes } from './bulk/one.ts';
import { bulkRoutes } from './bulk/routes.ts';
import { compositeRoutes } from './composite/routes.ts';
import { cometdRoutes } from './events/cometd.ts';
import { oauthRoutes } from './oauth/routes.ts';
import { apexRoutes } from './rest/apex-rest.ts';
import { miscRoutes } from './rest/misc.ts';
import { restRoutes } from './rest/routes.ts';
import { uiApiRoutes } from './rest/ui-api.ts';
import type { Route } from './server/router.ts';
import { soapRoutes } from './soap/login.ts';
import { toolingRoutes } from './tooling/routes.ts';

/** Every route of the org. */
export const routes: Route[] = [
  ...oauthRoutes,
  ...restRoutes,
  ...bulkRoutes,
  ...bulkOneRoutes,
  ...compositeRoutes,
  ...uiApiRoutes,
  ...miscRoutes,
  ...toolingRoutes,
  ...apexRoutes,
  ...soapRoutes,
  ...cometdRoutes,
  ...adminRoutes,
];
