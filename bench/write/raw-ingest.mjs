// The floor: the ingest protocol with nothing around it, for a CSV that is ready. argv: url, token, file, object, key field.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const [url, token, file, object, externalIdFieldName] = process.argv.slice(2);
const jobs = `${url}/services/data/v66.0/jobs/ingest`;
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const call = async (address, init = {}) => {
  const answer = await fetch(address, { ...init, headers: { ...headers, ...init.headers } });
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${address} answered ${answer.status}`);
  return answer;
};

const body = { object, operation: 'upsert', externalIdFieldName, contentType: 'CSV', lineEnding: 'LF' };
const { id } = await (await call(jobs, { method: 'POST', body: JSON.stringify(body) })).json();
await call(`${jobs}/${id}/batches`, {
  method: 'PUT',
  body: await readFile(file),
  headers: { 'content-type': 'text/csv' },
});
await call(`${jobs}/${id}`, { method: 'PATCH', body: JSON.stringify({ state: 'UploadComplete' }) });
let state;
for (let delayMs = 100; state !== 'JobComplete'; delayMs = Math.min(delayMs * 1.5, 10_000)) {
  ({ state } = await (await call(`${jobs}/${id}`)).json());
  if (state === 'Failed' || state === 'Aborted') throw new Error(`the job ended as ${state}`);
  if (state !== 'JobComplete') await sleep(delayMs);
}
const lines = (await (await call(`${jobs}/${id}/successfulResults`)).text()).split('\n').length - 2;
const failed = (await (await call(`${jobs}/${id}/failedResults`)).text()).split('\n').length - 2;
process.stdout.write(JSON.stringify({ written: lines, failed: Math.max(failed, 0) }));
