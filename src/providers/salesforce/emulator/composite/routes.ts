import { data, part, type Route } from '../server/router.ts';
import { runBatch } from './batch.ts';
import {
  createCollection,
  deleteCollection,
  retrieveCollection,
  updateCollection,
  upsertCollection,
} from './collections.ts';
import { runComposite, runGraphs } from './composite.ts';
import { createTree } from './tree.ts';

export const compositeRoutes: Route[] = [
  data('GET', '/composite', (call) => ({
    status: 200,
    json: Object.fromEntries(
      ['tree', 'graph', 'batch', 'sobjects'].map((name) => [name, `/services/data/v${call.version}/composite/${name}`]),
    ),
  })),
  data('POST', '/composite', runComposite),
  data('POST', '/composite/graph', runGraphs),
  data('POST', '/composite/batch', runBatch),
  part('POST', '/composite/tree/:object', createTree),
  part('POST', '/composite/sobjects', createCollection),
  part('PATCH', '/composite/sobjects', updateCollection),
  part('DELETE', '/composite/sobjects', deleteCollection),
  part('GET', '/composite/sobjects/:object', retrieveCollection),
  part('POST', '/composite/sobjects/:object', retrieveCollection),
  part('PATCH', '/composite/sobjects/:object/:field', upsertCollection),
];
