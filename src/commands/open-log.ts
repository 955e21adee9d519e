import type { Context } from '../cli/context.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { State } from '../store/state.ts';

/**
 * The operation log of a command: redacted, values only with --log-values, each line as JSON on stderr
 * when AMP_LOG_FORMAT=json, and a little of what is too old forgotten with the first operation.
 */
export async function openLog(context: Context, state: State): Promise<OperationLog> {
  const { createOperationLog } = await import('../operations/operation-log.ts');
  const { redact } = await import('../errors/redact.ts');
  const { readRetentionDays } = await import('../operations/retention.ts');
  const { otelLine } = await import('../operations/line-json.ts');
  const { loadBase } = await import('../environments/local/revisions.ts');
  const { env } = context.config;
  return createOperationLog(state.db, {
    clock: context.clock,
    redact,
    logValues: context.config.logValues,
    retentionDays: readRetentionDays(env),
    projectId: loadBase(state.db).lineage,
    ...(env.AMP_LOG_FORMAT === 'json'
      ? { onLine: (line) => context.output.notice(JSON.stringify(otelLine(line))) }
      : {}),
  });
}
