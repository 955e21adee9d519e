import type { Answer, Call } from '../server/call.ts';
import type { World } from '../world.ts';
import { describeIngestJob } from './ingest.ts';
import type { Job } from './jobs.ts';
import { describeQueryJob } from './query.ts';

const pageJobs = 1000;
const locatorShape = /^01g\w+-(\d+)$/;

/** `GET /jobs/query` and `/jobs/ingest`: every job of the org; both page under `ingest`, as on the platform. */
export function listJobs(call: Call, world: World): Answer {
  const type = call.query.get('jobType');
  const jobs = world.bulk.list().filter((job) => type === null || type === jobType(job));
  const offset = Number(locatorShape.exec(call.query.get('queryLocator') ?? '')?.[1] ?? 0);
  const next = offset + pageJobs;
  const done = next >= jobs.length;
  const path = `/services/data/v${call.version}/jobs/ingest?queryLocator=${world.bulk.newId('01g')}-${next}`;
  return {
    status: 200,
    json: { done, records: jobs.slice(offset, next).map(describeShort), nextRecordsUrl: done ? null : path },
  };
}

const jobType = (job: Job) => (job.kind === 'query' ? 'V2Query' : 'V2Ingest');

function describeShort(job: Job): Record<string, unknown> {
  const {
    numberRecordsProcessed: _p,
    numberRecordsFailed: _f,
    retries: _r,
    totalProcessingTime: _t,
    ...shown
  } = job.kind === 'query' ? describeQueryJob(job) : describeIngestJob(job);
  return { ...shown, jobType: jobType(job) };
}
