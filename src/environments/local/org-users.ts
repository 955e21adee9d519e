import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../../platform/files.ts';
import { openDatabase } from '../../store/database.ts';

/**
 * Which projects of this user have installations: orgs belong to the user, so before one is signed out for want of use, the
 * other projects are asked. Kept in the user's config folder as a list of state folders.
 */
export async function rememberProject(configDir: string, stateDir: string): Promise<void> {
  const known = await loadProjects(configDir);
  if (known.includes(stateDir)) return;
  const still = known.filter((dir) => existsSync(join(dir, 'state.db')));
  await writePrivateFile(listPath(configDir), `${JSON.stringify([...still, stateDir], null, 2)}\n`);
}

/** State folders of other projects with an installation on this org. A state file that cannot be read counts as one. */
export async function projectsUsing(configDir: string, orgId: string, except: string): Promise<string[]> {
  const others = (await loadProjects(configDir)).filter((dir) => dir !== except && existsSync(join(dir, 'state.db')));
  return others.filter((dir) => usesOrg(join(dir, 'state.db'), orgId));
}

function usesOrg(stateFile: string, orgId: string): boolean {
  try {
    const db = openDatabase(stateFile, { readonly: true });
    try {
      return db.prepare('SELECT 1 FROM installations WHERE org_id = ? LIMIT 1').get(orgId) !== undefined;
    } finally {
      db.close();
    }
  } catch {
    // Better an org too many than a customer's sync cut off.
    return true;
  }
}

async function loadProjects(configDir: string): Promise<string[]> {
  const bytes = await readPrivateFile(listPath(configDir));
  if (!bytes) return [];
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(value) ? value.filter((dir): dir is string => typeof dir === 'string') : [];
  } catch {
    // A list of conveniences, written whole: a damaged one is started again.
    return [];
  }
}

function listPath(configDir: string): string {
  return join(configDir, 'projects.json');
}
