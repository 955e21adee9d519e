import { data, type Route } from '../server/router.ts';
import { changeQueryJob, createQueryJob, dropQueryJob, listResultPages, readResults, showQueryJob } from './query.ts';

export const bulkRoutes: Route[] = [
  data('POST', '/jobs/query', createQueryJob),
  data('GET', '/jobs/query/:id', showQueryJob),
  data('PATCH', '/jobs/query/:id', changeQueryJob),
  data('DELETE', '/jobs/query/:id', dropQueryJob),
  data('GET', '/jobs/query/:id/results', readResults),
  data('GET', '/jobs/query/:id/resultPages', listResultPages),
];
