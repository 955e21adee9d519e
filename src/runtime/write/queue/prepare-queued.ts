import { AmpError } from '../../../errors/amp-error.ts';
import type { OperationHandle } from '../../../operations/operation-log.ts';
import type { ObjectSchema } from '../../../providers/salesforce/describe/object-schema.ts';
import { refusal } from '../parse-request.ts';
import { prepareWrite } from '../prepare-write.ts';
import { findWriteSource, plainWriteSource } from '../write-source.ts';
import { failQueued } from './finish-queued.ts';
import { contentOf } from './queue-content.ts';
import type { QueueWorld, SendContext } from './queue-world.ts';
import type { UnpreparedWrite } from './queued-write.ts';

/** The request becomes what is sent; its own faults end it. */
export function prepareQueued(
  { world, store }: SendContext,
  operation: OperationHandle,
  write: UnpreparedWrite,
  object: ObjectSchema,
): void {
  operation.nameObject(object.name);
  let result: ReturnType<typeof prepareWrite>;
  try {
    result = prepareWrite(write.request, sourceOf(world, write), object);
    if ('diagnostics' in result) throw refusal(result.diagnostics);
  } catch (error) {
    failQueued(world, store, operation, write, error);
    return;
  }
  const { prepared } = result;
  world.state.db.transaction(() => {
    for (const warning of prepared.warnings) operation.warning(warning, { subsystem: 'mapping' });
    store.prepare(write.number, contentOf(prepared, object));
    store.postpone(write.number, world.clock.now());
  });
}

/** What the request is for: the installation as it is now, else the org's own names. */
export function sourceOf({ project }: QueueWorld, { installationId, request }: UnpreparedWrite) {
  if (installationId === undefined) return plainWriteSource(request.objectName);
  const installation = project.installations.get(installationId)!;
  const integration = project.integrationOf(installation);
  if (integration) return findWriteSource(integration, installation, request.objectName);
  throw new AmpError({
    code: 'write-object-missing',
    message: `The integration "${installation.integration}" is not deployed.`,
  });
}
