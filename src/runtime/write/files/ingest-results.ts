import { redact } from '../../../errors/redact.ts';
import { type IngestJob, type ResultKind, readIngestResults } from '../../../providers/salesforce/bulk/ingest-job.ts';
import { classifyJobReason } from '../../../providers/salesforce/errors.ts';
import type { SalesforceClient } from '../../../providers/salesforce/rest/client.ts';
import { refusedOutcome } from '../outcome-of-answer.ts';
import type { RowOutcome } from '../write-outcome.ts';
import type { IngestTable } from './ingest-csv.ts';

/** What became of each row of the table, from the results of its job once it has ended, however it ended. */
export async function readOutcomes(
  client: SalesforceClient,
  job: IngestJob,
  table: IngestTable,
): Promise<RowOutcome[]> {
  const outcomes: (RowOutcome | undefined)[] = new Array(table.rows.length).fill(undefined);
  const match = createMatcher(table);
  const isComplete = job.state === 'JobComplete';
  const take = async (
    kind: ResultKind,
    expected: number | undefined,
    outcomeOf: (cell: (column: string) => string) => RowOutcome,
  ) => {
    const placed: number[] = [];
    await readIngestResults(client, job, kind, {
      expected,
      restart: () => {
        for (const at of placed.splice(0)) {
          outcomes[at] = undefined;
          match.putBack(at);
        }
      },
      row: (columns, values) => {
        const at = match.take(columns, values);
        if (at === undefined) return;
        outcomes[at] = outcomeOf((column) => values[columns.indexOf(column)] ?? '');
        placed.push(at);
      },
    });
  };
  await take('successfulResults', isComplete ? job.processed - job.failed : undefined, (cell) => ({
    status: 'success',
    ...(cell('sf__Id') ? { recordId: cell('sf__Id') } : {}),
    created: cell('sf__Created') === 'true',
  }));
  if (!isComplete || job.failed > 0) {
    await take('failedResults', isComplete ? job.failed : undefined, (cell) => failedOutcome(cell('sf__Error')));
  }
  if (!isComplete || outcomes.includes(undefined)) {
    await take('unprocessedrecords', undefined, () => notProcessed(job));
  }
  return outcomes.map((outcome) => outcome ?? notAnswered(job));
}

/** Finds the row that came back, by its values; rows with the same values stand for each other. */
function createMatcher(table: IngestTable) {
  const open = new Map<string, number[]>();
  const keyOf = (values: readonly string[]) => values.join('\u0000');
  const putBack = (at: number) => {
    const key = keyOf(table.rows[at]!);
    const known = open.get(key);
    if (known) known.push(at);
    else open.set(key, [at]);
  };
  for (let at = table.rows.length - 1; at >= 0; at--) putBack(at);
  let seen: { columns: readonly string[]; places: number[] } | undefined;
  return {
    putBack,
    take(columns: readonly string[], values: readonly string[]): number | undefined {
      if (seen?.columns !== columns) seen = { columns, places: table.columns.map((name) => columns.indexOf(name)) };
      return open.get(keyOf(seen.places.map((at) => values[at] ?? '')))?.pop();
    },
  };
}

/** `CODE:message:fields --`, several after each other with `;`. */
export function failedOutcome(text: string): RowOutcome {
  const errors = text
    .split(/ --;?/)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, statusCode, message = '', fields = ''] =
        /^([A-Za-z_]+):([\s\S]*?)(?::([\w.,\s]*))?$/.exec(part.trim()) ?? [];
      if (statusCode === undefined) return { message: part.trim() };
      return {
        statusCode,
        message,
        fields: fields
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      };
    });
  return refusedOutcome(400, errors);
}

function notAnswered(job: IngestJob): RowOutcome {
  // A job that failed as a whole before its first row has written nothing.
  if (job.state !== 'JobComplete' && job.processed === 0) {
    return notProcessed(job);
  }
  return {
    status: 'unknown',
    error: {
      code: 'write-not-answered',
      message: `The ingest job ${job.id} says nothing about this record: it may be over the org's daily allocation.`,
    },
  };
}

/** The job ended before this record: for a reason with a code of its own, or for none that is known. */
function notProcessed({ id, state, errorMessage }: IngestJob): RowOutcome {
  const { errorCode, error, fields } = classifyJobReason(errorMessage);
  const why = errorMessage ? `: ${redact(errorMessage)}` : state === 'Failed' ? ', and the org gave no reason.' : '.';
  return {
    status: 'failure',
    error: {
      code: error?.code ?? 'write-job-failed',
      message: `The ingest job ${id} ended as ${state} before this record${why}`,
      ...(errorCode === undefined ? {} : { providerCode: errorCode }),
      ...(fields.length > 0 ? { fields } : {}),
    },
    again: error?.when ?? 'never',
  };
}
