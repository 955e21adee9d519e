import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLocalProject } from '../../src/environments/local/local-project.ts';
import { listRevisions, loadBase, loadCurrentRevision } from '../../src/environments/local/revisions.ts';
import { openState } from '../../src/store/state.ts';
import { account, crm, lead, localAmp } from './local-amp.ts';

const kills = 100;

test(`DEPLOY-9 ${kills} deploys killed at random moments leave the old or the new revision, never a mixture`, {
  timeout: 600_000,
}, async () => {
  const amp = localAmp(crm(account, lead));
  await amp.json(['destinations', 'add', 'crmEvents', '--folder', 'out']);
  const started = performance.now();
  await amp.json(['deploy', '--yes']);
  const wholeMs = performance.now() - started;
  installHundred(amp.dir);

  const texts = [crm(account), crm(account, lead)];
  let applied = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = stateOf(amp.dir);
    amp.write(texts[kill % 2]!);
    await deployAndKill(amp, Math.random() * wholeMs * 1.2);
    const after = stateOf(amp.dir);
    expect(after.integrity).toBe('ok');
    expect(after.revisions - before.revisions).toBe(after.serial - before.serial);
    expect(after.revisions - before.revisions).toBeLessThanOrEqual(1);
    // Every installation moved with the revision, or none did.
    expect(after.installed).toEqual([after.revisions]);
    applied += after.revisions - before.revisions;
    const rerun = await amp.amp(['deploy', '--yes']);
    expect([rerun.code, rerun.stderr]).toEqual([0, '']);
    expect(stateOf(amp.dir).source).toBe(texts[kill % 2]);
  }
  // The moments were spread over the whole run: some came before the commit, some after it.
  expect(applied).toBeGreaterThan(0);
  expect(applied).toBeLessThan(kills);
});

function deployAndKill(amp: ReturnType<typeof localAmp>, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/amp.js'), 'deploy', '--yes'], {
      cwd: amp.dir,
      env: amp.env,
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function installHundred(dir: string): void {
  const state = openState(join(dir, '.amp'));
  const { installations } = openLocalProject(state);
  const at = new Date(0).toISOString();
  state.db.transaction(() => {
    for (let i = 0; i < 100; i++) {
      installations.save({
        id: `ins_${i}`,
        integration: 'crm',
        groupRef: `group-${i}`,
        groupName: `Group ${i}`,
        orgId: 'org:user',
        config: { provider: 'salesforce', read: { objects: { account: { objectName: 'account' } } } },
        status: 'active',
        pausedObjects: [],
        keptObjects: [],
        revision: 1,
        createdAt: at,
        updatedAt: at,
      });
    }
  });
  state.close();
}

function stateOf(dir: string) {
  const state = openState(join(dir, '.amp'));
  try {
    const { integrity_check: integrity } = state.db
      .prepare('PRAGMA integrity_check')
      .get<{ integrity_check: string }>()!;
    const installed = state.db.prepare('SELECT DISTINCT revision FROM installations').all<{ revision: number }>();
    return {
      integrity,
      revisions: listRevisions(state.db).length,
      serial: loadBase(state.db).serial,
      source: loadCurrentRevision(state.db)?.source,
      installed: installed.map(({ revision }) => revision),
    };
  } finally {
    state.close();
  }
}
