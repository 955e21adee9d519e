import { fetchLimits, usageShare } from '../../providers/salesforce/limits.ts';
import type { Database } from '../../store/database.ts';
import type { RuntimeWorld } from '../run/runtime-service.ts';

/** An org whose reads wait. Times in milliseconds since the epoch. */
export interface OrgHold {
  org: string;
  /** One sentence for people. */
  reason: string;
  since: number;
  /** When it is looked at again. */
  until: number;
}

/** Usage is a rolling day, so it falls slowly; looking costs a call. */
const lookEveryMs = 10 * 60_000;
/** Reads go on once usage is this much under the share: not for a single call. */
const slackShare = 0.02;

/**
 * Keeps scheduled reads from using up an org's daily API calls: past a share of them they wait, and the rest is left to the
 * customer's other tools. Writes, searches and proxy calls are somebody's own decision and go through.
 */
export class OrgHolds {
  readonly #world: RuntimeWorld;
  readonly #holds: Map<string, OrgHold>;
  readonly #looking = new Set<string>();

  constructor(world: RuntimeWorld) {
    this.#world = world;
    this.#holds = new Map(listOrgHolds(world.state.db).map((hold) => [hold.org, hold]));
  }

  isHeld(org: string): boolean {
    return this.#holds.has(org);
  }

  /** The usage that came with the last answer: holds the org when its share is used. */
  note(org: string, alias: string, usage: { used: number; max: number } | undefined): void {
    const { settings } = this.#world;
    if (!usage || usageShare(usage) < settings.apiShare) return;
    const percent = Math.floor(100 * usageShare(usage));
    const share = Math.round(100 * settings.apiShare);
    this.hold(
      org,
      alias,
      `${percent} % of the API calls of the last 24 hours are used; reads wait until it is under ${share} %`,
    );
  }

  hold(org: string, alias: string, reason: string): void {
    const now = this.#world.clock.now();
    const known = this.#holds.get(org);
    const hold = { org, reason, since: known?.since ?? now, until: now + lookEveryMs };
    this.#holds.set(org, hold);
    this.#world.state.db
      .prepare('INSERT OR REPLACE INTO org_holds VALUES (?, ?, ?, ?)')
      .run(org, reason, hold.since, hold.until);
    if (!known) this.#world.logger.warning('scheduler', `${alias}: ${reason}.`, { org });
  }

  /** When the next held org is looked at; undefined when none is held. */
  nextLookAt(): number | undefined {
    const moments = [...this.#holds.values()].map(({ until }) => until);
    return moments.length > 0 ? Math.min(...moments) : undefined;
  }

  /** Asks the orgs whose time has come for their usage and lets go of those that are under the share. Calls back when one is free. */
  look(now: number, onChange: () => void): void {
    for (const hold of this.#holds.values()) {
      if (hold.until > now || this.#looking.has(hold.org)) continue;
      this.#looking.add(hold.org);
      this.#lookAt(hold).finally(() => {
        this.#looking.delete(hold.org);
        onChange();
      });
    }
  }

  async #lookAt(hold: OrgHold): Promise<void> {
    const { clock, logger, orgs, settings } = this.#world;
    try {
      const { org, client } = await orgs.open(hold.org);
      const limits = await fetchLimits(client, false);
      const calls = limits.find(({ name }) => name === 'DailyApiRequests');
      if (calls && calls.share < settings.apiShare - slackShare) {
        this.#release(hold);
        logger.info(
          'scheduler',
          `${org.alias}: reads go on, ${Math.floor(100 * calls.share)} % of the API calls are used.`,
        );
        return;
      }
    } catch (error) {
      logger.debug('scheduler', `The API usage of ${hold.org} is not known: ${(error as Error).message}`);
    }
    this.#holds.set(hold.org, { ...hold, until: clock.now() + lookEveryMs });
  }

  #release({ org }: OrgHold): void {
    this.#holds.delete(org);
    this.#world.state.db.prepare('DELETE FROM org_holds WHERE org = ?').run(org);
  }
}

export function listOrgHolds(db: Database): OrgHold[] {
  return db.prepare('SELECT org, reason, since, until FROM org_holds ORDER BY org').all<OrgHold>();
}
