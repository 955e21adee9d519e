import { data, type Route } from '../server/router.ts';
import {
  changeIngestJob,
  createIngestJob,
  dropIngestJob,
  readIngestResults,
  showIngestJob,
  uploadBatch,
} from './ingest.ts';
import { listJobs } from './list.ts';
import { changeQueryJob, createQueryJob, dropQueryJob, listResultPages, readResults, showQueryJob } from './query.ts';

export const bulkRoutes: Route[] = [
  data('GET', '/jobs/query', listJobs),
  data('POST', '/jobs/query', createQueryJob),
  data('GET', '/jobs/query/:id', showQueryJob),
  data('PATCH', '/jobs/query/:id', changeQueryJob),
  data('DELETE', '/jobs/query/:id', dropQueryJob),
  data('GET', '/jobs/query/:id/results', readResults),
  data('GET', '/jobs/query/:id/resultPages', listResultPages),
  data('GET', '/jobs/ingest', listJobs),
  data('POST', '/jobs/ingest', createIngestJob),
  data('GET', '/jobs/ingest/:id', showIngestJob),
  data('PATCH', '/jobs/ingest/:id', changeIngestJob),
  data('DELETE', '/jobs/ingest/:id', dropIngestJob),
  data('PUT', '/jobs/ingest/:id/batches', uploadBatch),
  data('GET', '/jobs/ingest/:id/successfulResults', readIngestResults('successful')),
  data('GET', '/jobs/ingest/:id/failedResults', readIngestResults('failed')),
  data('GET', '/jobs/ingest/:id/unprocessedRecords', readIngestResults('unprocessed')),
];
