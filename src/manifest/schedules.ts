import type { Draft } from './key-spec.ts';
import type { DraftIntegration, DraftReadObject } from './keys.ts';
import { readObjectsOf, said } from './parts.ts';
import type { CheckedFile } from './rule.ts';

export interface WrittenSchedule {
  integration: DraftIntegration;
  schedule: Draft<string>;
  /** Absent: the schedule of watchSchema. */
  object?: DraftReadObject;
}

/** Every schedule that says something, of read objects and watchSchema. An empty one is none. */
export function* schedulesOf(file: CheckedFile): Generator<WrittenSchedule> {
  for (const integration of file.integrations) {
    for (const object of readObjectsOf(integration)) {
      if (said(object.schedule) !== undefined) yield { integration, object, schedule: object.schedule! };
    }
    const watch = integration.watchSchema?.schedule;
    if (said(watch) !== undefined) yield { integration, schedule: watch! };
  }
}
