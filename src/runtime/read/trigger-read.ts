import { createOutbox } from '../../destinations/outbox.ts';
import type { InstallationRecord, InstallationStore } from '../../installations/installation.ts';
import type { Integration } from '../../manifest/manifest.ts';
import type { Notifier } from '../../notifications/notifier.ts';
import type { OrgRecord } from '../../orgs/org.ts';
import { noteChoiceBroken, noteChoiceWorks } from '../installations/action-needed.ts';
import { announceReadDone, announceReadFailed } from './announce-read.ts';
import { sourceOfInstallation } from './read-source.ts';
import type { ReadWorld } from './run-read.ts';
import { startRead } from './start-read.ts';

export interface TriggerReadWorld extends Omit<ReadWorld, 'onOperation'> {
  org: OrgRecord;
  installations: InstallationStore;
  notifier: Notifier;
  projectId: string;
}

export interface TriggeredReadInput {
  installation: InstallationRecord;
  integration: Integration;
  /** Mapped or provider name. */
  objectName: string;
  /** ISO times. */
  sinceTimestamp?: string | undefined;
  untilTimestamp?: string | undefined;
  startedBy: string;
}

/**
 * Starts a read that somebody asked for; it goes on by itself, delivers to the object's destination and never touches the
 * watermark. Resolves when it has an operation. Throws `read-…` and `org-…` when it cannot be begun. `ended` never rejects:
 * how it ended stands in the operation, and the project is told.
 */
export async function triggerRead(
  world: TriggerReadWorld,
  input: TriggeredReadInput,
): Promise<{ operationId: string; ended: Promise<void> }> {
  const { installation, integration, sinceTimestamp, untilTimestamp } = input;
  const { state, clock, org, notifier } = world;
  const source = sourceOfInstallation(installation, integration, input.objectName);
  const period = {
    ...(sinceTimestamp === undefined ? {} : { fromMs: Date.parse(sinceTimestamp) }),
    ...(untilTimestamp === undefined ? {} : { toMs: Date.parse(untilTimestamp) }),
  };
  const started = deferred<string>();
  const reading = startRead(
    { ...world, setsAside: true, onOperation: started.resolve },
    {
      readType: 'triggered',
      source,
      org,
      target: { kind: 'deliver', outbox: createOutbox(state.db, () => clock.now()), projectId: world.projectId },
      period,
      startedBy: input.startedBy,
      // As `amp read --resume` takes it; `startedBy` tells the runtime that it is its own to go on with.
      rerun: {
        startedBy: input.startedBy,
        readType: 'triggered',
        objectName: source.object.objectName,
        flags: {
          group: installation.groupRef,
          integration: integration.name,
          deliver: true,
          ...(sinceTimestamp === undefined ? {} : { since: sinceTimestamp }),
          ...(untilTimestamp === undefined ? {} : { until: untilTimestamp }),
        },
        period,
      },
    },
  );
  const read = {
    projectId: world.projectId,
    installation,
    readType: 'triggered' as const,
    objectName: source.object.mapToName ?? source.object.objectName,
    window: {
      ...(sinceTimestamp === undefined ? {} : { fromTimestamp: sinceTimestamp }),
      ...(untilTimestamp === undefined ? {} : { untilTimestamp }),
    },
  };
  const choices = { db: state.db, installations: world.installations, clock };
  // A read that cannot be planned never starts: its caller is told.
  const operationId = await Promise.race([started.promise, reading.then(({ operationId: id }) => id)]).catch(
    (error) => {
      noteChoiceBroken(choices, installation.id, error);
      throw error;
    },
  );
  const ended = reading.then(
    () => {
      noteChoiceWorks(choices, installation.id, source.object.objectName);
      announceReadDone(notifier, read);
    },
    (error) => {
      // Told to stop: it is nobody's failure.
      if (world.signal.aborted) return;
      noteChoiceBroken(choices, installation.id, error);
      announceReadFailed(notifier, read, error);
    },
  );
  return { operationId, ended };
}

function deferred<Value>(): { promise: Promise<Value>; resolve(value: Value): void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
