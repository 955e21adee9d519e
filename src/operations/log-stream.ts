import type { Database } from '../store/database.ts';
import { type LogWriter, logHandle } from './log-writer.ts';
import type { LogHandle, StreamInput } from './operation-log.ts';

/** The log of `input`'s stream, made the first time. Its lines carry minus its number as their source. */
export function openStream(db: Database, writer: LogWriter, input: StreamInput): LogHandle {
  const parts = [input.action, input.object, input.integration, input.installationId, input.groupRef, input.org];
  const values = parts.map((part) => part ?? null);
  const key = JSON.stringify(values);
  const find = () => db.prepare('SELECT number FROM log_streams WHERE key = ?').get<{ number: number }>(key);
  let row = find();
  if (!row) {
    db.prepare(
      `INSERT INTO log_streams (key, action, object, integration, installation_id, group_ref, org)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ).run(key, ...values);
    row = find();
  }
  return logHandle(writer, -row!.number);
}
