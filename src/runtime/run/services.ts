import { createTriggeredReadsService } from '../read/triggered-reads-service.ts';
import { createSchedulerService } from '../schedule/scheduler-service.ts';
import { createSchemaService } from '../schema/schema-service.ts';
import { createSubscriptionsService } from '../subscribe/subscriptions-service.ts';
import { createDeliveryService } from './delivery-service.ts';
import { createOrgsService } from './orgs-service.ts';
import { createRetentionService } from './retention-service.ts';
import type { RuntimeService } from './runtime-service.ts';
import { createWriteQueueService } from './write-queue-service.ts';

/** Everything `amp run` does, one line each. Order is only the order of starting. */
export function createServices(): RuntimeService[] {
  return [
    createOrgsService(),
    createSchedulerService(),
    createTriggeredReadsService(),
    createSubscriptionsService(),
    createSchemaService(),
    createWriteQueueService(),
    createDeliveryService(),
    createRetentionService(),
  ];
}
