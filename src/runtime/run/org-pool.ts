import type { OrgRecord } from '../../orgs/org.ts';
import type { OrgRegistry } from '../../orgs/registry.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OpenOrg, OrgWorld } from '../../providers/open-org.ts';
import { createDescriber, type Describer } from '../../providers/salesforce/describe/describer.ts';
import type { SalesforceClient } from '../../providers/salesforce/rest/client.ts';
import type { State } from '../../store/state.ts';
import { type ConnectionWorld, connectionBack } from '../connection-state.ts';
import { openWatchedOrg } from '../open-watched-org.ts';

export interface PooledOrg {
  readonly org: OrgRecord;
  readonly client: SalesforceClient;
  /** Remembers an object for ten minutes. */
  readonly describe: Describer['object'];
}

/** Clients of the orgs that installations are connected to: opened with the first use, shared, and opened anew after a new sign-in. */
export interface OrgPool {
  /** By OrgRecord.id. Throws `org-not-connected`, `org-…`. */
  open(id: string): Promise<PooledOrg>;
  /** Orgs opened so far. */
  opened(): PooledOrg[];
  /**
   * Looks whether somebody has signed in again meanwhile: such an org is opened anew, and its installations go on. Cheap
   * when nothing changed. True when installations go on.
   */
  refresh(): Promise<boolean>;
}

export interface OrgPoolOptions {
  world: OrgWorld;
  state: State;
  registry: OrgRegistry;
  clock: Clock;
  connections: ConnectionWorld;
  /** A sign-in has ended: installations were stopped. */
  onLost(): void;
}

/** An object's describe costs a call; drift is the schema watch's to find, and a failed read asks again. */
const describeFreshMs = 10 * 60_000;

export function createOrgPool({ world, state, registry, clock, connections, onLost }: OrgPoolOptions): OrgPool {
  const opening = new Map<string, Promise<PooledOrg>>();
  const opened = new Map<string, PooledOrg & { signedInAt: string }>();
  const forget = (id: string) => {
    opening.delete(id);
    opened.delete(id);
  };

  return {
    open(id) {
      let one = opening.get(id);
      if (!one) {
        one = openWatchedOrg(world, state, id, onLost).then(({ org, client }: OpenOrg) => {
          const describer = createDescriber({
            client,
            org,
            clock,
            cacheDir: world.config.cacheDir,
            freshMs: describeFreshMs,
          });
          const pooled = { org, client, describe: describer.object };
          opened.set(id, { ...pooled, signedInAt: signInOf(org) });
          return pooled;
        });
        opening.set(id, one);
        // The next use tries again.
        one.catch(() => forget(id));
      }
      return one;
    },
    opened: () => [...opened.values()],
    async refresh() {
      const waiting = new Set(connections.installations.list({ status: 'needs_reauth' }).map(({ orgId }) => orgId));
      if (opened.size === 0 && waiting.size === 0) return false;
      let isBack = false;
      for (const org of await registry.list()) {
        const known = opened.get(org.id);
        if (known && known.signedInAt !== signInOf(org)) forget(org.id);
        if (waiting.has(org.id) && org.status === 'connected')
          isBack = connectionBack(connections, org).length > 0 || isBack;
      }
      return isBack;
    },
  };
}

/** Differs after each sign-in. Usage figures change all the time and mean nothing here. */
function signInOf(org: OrgRecord): string {
  return [org.status, org.updatedAt, org.instanceUrl].join(' ');
}
