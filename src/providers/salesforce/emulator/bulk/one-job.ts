import { SalesforceFault } from '../org.ts';
import { restDate } from './jobs.ts';

/** A Bulk API 1.0 job with its batches. */
export interface JobOne {
  id: string;
  operation: string;
  object: string;
  externalIdFieldName?: string;
  contentType: 'CSV' | 'JSON';
  state: 'Open' | 'Closed' | 'Aborted';
  createdById: string;
  createdAt: number;
  apiVersion: string;
  batches: BatchOne[];
}

export interface BatchOne {
  id: string;
  createdAt: number;
  state: 'Completed' | 'Failed';
  stateMessage?: string;
  processed: number;
  failed: number;
  /** Ingest: the result document. Query: its rows, under one result id. */
  result: string;
  resultId?: string;
}

/** `jobInfo`, its fields in the platform's order. */
export function jobInfo(job: JobOne) {
  const sum = (count: (batch: BatchOne) => number) => job.batches.reduce((total, batch) => total + count(batch), 0);
  const stamp = restDate(job.createdAt);
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: job.createdById,
    createdDate: stamp,
    systemModstamp: stamp,
    state: job.state,
    ...(job.externalIdFieldName === undefined ? {} : { externalIdFieldName: job.externalIdFieldName }),
    concurrencyMode: 'Parallel',
    contentType: job.contentType,
    numberBatchesQueued: 0,
    numberBatchesInProgress: 0,
    numberBatchesCompleted: sum(({ state }) => (state === 'Completed' ? 1 : 0)),
    numberBatchesFailed: sum(({ state }) => (state === 'Failed' ? 1 : 0)),
    numberBatchesTotal: job.batches.length,
    numberRecordsProcessed: sum(({ processed }) => processed),
    numberRetries: 0,
    apiVersion: `${Number(job.apiVersion)}.0`,
    numberRecordsFailed: sum(({ failed }) => failed),
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}

export function batchInfo(job: JobOne, batch: BatchOne) {
  const stamp = restDate(batch.createdAt);
  return {
    id: batch.id,
    jobId: job.id,
    state: batch.state,
    ...(batch.stateMessage === undefined ? {} : { stateMessage: batch.stateMessage }),
    createdDate: stamp,
    systemModstamp: stamp,
    numberRecordsProcessed: batch.processed,
    numberRecordsFailed: batch.failed,
    totalProcessingTime: 0,
    apiActiveProcessingTime: 0,
    apexProcessingTime: 0,
  };
}

export const refused = (code: string, message: string) => new SalesforceFault(400, code, message);
