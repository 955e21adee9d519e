import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { createNotifier } from '../../src/notifications/notifier.ts';
import type { OrgRecord } from '../../src/orgs/org.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { connectSalesforce } from '../../src/providers/salesforce/connect.ts';
import { createDescriber } from '../../src/providers/salesforce/describe/describer.ts';
import { connectionBack, connectionLost } from '../../src/runtime/connection-state.ts';
import type { OrgPool, PooledOrg } from '../../src/runtime/run/org-pool.ts';
import type { State } from '../../src/store/state.ts';
import type { Life } from './life.ts';
import { createLocalHttp } from './local-http.ts';
import type { World } from './world.ts';

/** The one org of a world as the runtime's pool has it, without folders, sockets and other processes. */
export function createSimulatedPool(
  world: World,
  { life, state, clock, notify }: { life: Life; state: State; clock: Clock; notify: () => void },
): OrgPool {
  const { registry, random, time } = world;
  const notifier = createNotifier(state.db, { clock });
  const { installations } = openLocalProject(state);
  const connections = { db: state.db, installations, notifier, projectId: 'prj_simulated', clock };
  const http = createLocalHttp(world.emulator, time, life, {
    isDown: () => time.now < world.offlineUntil,
    onCall: () => {
      world.calls++;
    },
    delayMs: () => (random() < 0.4 ? random() * 2_000 : 0),
  });
  let opened: (PooledOrg & { signedInAt: string }) | undefined;
  return {
    async open() {
      life.check();
      if (opened) return opened;
      const org = (await registry.find(world.orgId))!;
      const client = await connectSalesforce({
        org,
        credentials: world.credentials,
        registry,
        clock,
        http,
        random,
        onNeedsReauth: (record, reason) => {
          connectionLost(connections, record, reason);
          notify();
        },
      });
      const describer = createDescriber({ client, org, clock, cacheDir: undefined, freshMs: 600_000 });
      opened = { org, client, describe: (name) => describer.object(name), signedInAt: signInOf(org) };
      return opened;
    },
    opened: () => (opened ? [opened] : []),
    async refresh() {
      life.check();
      const org = (await registry.find(world.orgId))!;
      if (opened && opened.signedInAt !== signInOf(org)) opened = undefined;
      return org.status === 'connected' && connectionBack(connections, org).length > 0;
    },
  };
}

const signInOf = ({ status, updatedAt }: OrgRecord) => `${status} ${updatedAt}`;
