import type { DestinationRecord } from '../../destinations/destination.ts';
import { anything, described, mapOf, named, record, text, time } from '../schema/schema.ts';

export const destinationSchema = named(
  'Destination',
  record(
    {
      id: text(),
      name: text(),
      type: described(text(), 'webhook, file, stdout, …'),
      state: text({ choices: ['enabled', 'disabled'] }),
      metadata: described(mapOf(anything), 'Address and settings; values that look secret are `[secret]`.'),
      createTime: time,
      updateTime: time,
    },
    { disabledReason: text() },
  ),
);

export function toDestination({ id, name, kind, state, settings, ...record }: DestinationRecord) {
  const { credentialStore: _, ...metadata } = settings as { credentialStore?: string };
  return {
    id,
    name,
    type: kind,
    state,
    ...(record.disabledReason === undefined ? {} : { disabledReason: record.disabledReason }),
    metadata,
    createTime: record.createdAt,
    updateTime: record.updatedAt,
  };
}
