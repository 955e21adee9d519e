import { beforeEach, describe, expect, test } from 'vitest';
import { deployLocally } from '../../src/environments/local/deploy.ts';
import { type LocalProject, openLocalProject } from '../../src/environments/local/local-project.ts';
import { listRevisions, loadBase } from '../../src/environments/local/revisions.ts';
import type { InstallationConfig } from '../../src/installations/config.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { choice, fixed, manifestOf, readObject } from './manifests.ts';

const at = '2026-02-03T09:00:00.000Z';
let project: LocalProject;

beforeEach(() => {
  project = openLocalProject(openMemoryState());
});

function deploy(manifest: Manifest, onRemoved: 'keep' | 'stop' = 'keep', base = loadBase(project.state.db)) {
  return deployLocally(project, {
    manifest,
    source: JSON.stringify(manifest),
    base,
    changes: diffManifests(project.currentRevision()?.manifest, manifest),
    onRemoved,
    author: 'ada',
    at,
  });
}

function install(groupRef: string, objects: InstallationConfig['read']) {
  project.installations.save({
    id: `ins_${groupRef}`,
    integration: 'crm',
    groupRef,
    groupName: groupRef,
    orgId: 'org:user',
    config: { provider: 'salesforce', ...(objects && { read: objects }) },
    status: 'active',
    pausedObjects: [],
    keptObjects: [],
    revision: project.currentRevision()!.number,
    createdAt: at,
    updatedAt: at,
  });
}

const reads = (...names: string[]) => ({
  objects: Object.fromEntries(names.map((name) => [name, { objectName: name }])),
});
const installed = (groupRef: string) => project.installations.find(groupRef, 'crm')!;
const objectsOf = (groupRef: string) =>
  project.integrationOf(installed(groupRef))?.read?.objects.map((object) => object.objectName);

describe('revisions', () => {
  test('are numbered, and the same content again makes none', () => {
    const first = deploy(manifestOf(readObject('account')));
    expect(first).toMatchObject({ changed: true, revision: { number: 1 } });
    expect(first.revision.id).toMatch(/^rev_1_[0-9a-f]{12}$/);
    expect(deploy(manifestOf(readObject('Account', { objectName: 'account' })))).toMatchObject({
      changed: false,
      revision: { id: first.revision.id },
    });
    expect(listRevisions(project.state.db)).toHaveLength(1);
  });

  test('cannot be changed or deleted, even by hand', () => {
    deploy(manifestOf(readObject('account')));
    expect(() => project.state.db.exec("UPDATE revisions SET source = ''")).toThrow(/immutable/);
    expect(() => project.state.db.exec('DELETE FROM revisions')).toThrow(/kept/);
  });

  test('a deploy planned on an older state is refused and writes nothing', () => {
    const base = loadBase(project.state.db);
    deploy(manifestOf(readObject('account')));
    expect(() => deploy(manifestOf(readObject('lead')), 'keep', base)).toThrow(
      expect.objectContaining({ code: 'deploy-base-moved' }),
    );
    expect(() => deploy(manifestOf(readObject('lead')), 'keep', { lineage: 'lin_other', serial: 1 })).toThrow(
      /another project/,
    );
    expect(listRevisions(project.state.db)).toHaveLength(1);
  });
});

describe('installations after a deploy', () => {
  beforeEach(() => {
    deploy(manifestOf(readObject('account'), readObject('lead')));
    install('acme', reads('account', 'lead'));
    install('globex', reads('account'));
  });

  test('a new mapping with a default reaches them', () => {
    deploy(manifestOf(readObject('account', { requiredFields: [fixed('id'), choice('sector', 'industry')] })));
    expect(installed('globex')).toMatchObject({ status: 'active', revision: 2 });
  });

  test('a new required mapping without default leaves them on the old revision, running', () => {
    const result = deploy(
      manifestOf(readObject('account'), readObject('lead', { requiredFields: [fixed('id'), choice('score')] })),
    );
    expect(result.installations.map((one) => [one.groupRef, one.status])).toEqual([
      ['acme', 'action_needed'],
      ['globex', 'active'],
    ]);
    expect(installed('acme')).toMatchObject({ revision: 1, statusReason: 'Choose a field for score of lead.' });
    deploy(manifestOf(readObject('account'), readObject('lead', { requiredFields: [fixed('id')] })));
    expect(installed('acme')).toMatchObject({ revision: 3, status: 'active' });
    expect(installed('acme').statusReason).toBeUndefined();
  });

  test('a removed object goes on with keep, as its last revision defines it', () => {
    deploy(manifestOf(readObject('account', { schedule: '0 * * * *' })), 'keep');
    expect(objectsOf('acme')).toEqual(['account', 'lead']);
    expect(objectsOf('globex')).toEqual(['account']);
    deploy(manifestOf(readObject('account')), 'stop');
    expect(objectsOf('acme')).toEqual(['account', 'lead']);
    deploy(manifestOf(readObject('account'), readObject('lead', { schedule: '15 * * * *' })));
    expect(installed('acme').keptObjects).toEqual([]);
    expect(project.integrationOf(installed('acme'))?.read?.objects[1]?.schedule).toBe('15 * * * *');
  });

  test('a removed object ends with stop, and its choices stay in the config', () => {
    deploy(manifestOf(readObject('account')), 'stop');
    expect(objectsOf('acme')).toEqual(['account']);
    expect(installed('acme').config.read?.objects).toHaveProperty('lead');
  });

  test('a removed object ends with stop also where a choice is missing', () => {
    deploy(manifestOf(readObject('account', { requiredFields: [choice('sector')] })), 'stop');
    expect(installed('acme')).toMatchObject({
      status: 'action_needed',
      revision: 1,
      pausedObjects: [{ objectName: 'lead', note: 'Removed in revision 2.' }],
    });
  });

  test('an integration renamed in the file takes its installations along', () => {
    const renamed = manifestOf(readObject('account'), readObject('lead'));
    renamed.integrations[0]!.name = 'sales';
    deploy(renamed);
    expect(project.installations.find('acme', 'sales')).toMatchObject({
      id: 'ins_acme',
      status: 'active',
      revision: 2,
    });
  });

  test('an integration gone from the file runs on with keep and is paused with stop', () => {
    const other: Manifest = {
      specVersion: '1.0.0',
      integrations: [{ name: 'other', provider: 'salesforce', proxy: { enabled: true, useModule: false } }],
    };
    deploy(other, 'keep');
    expect(installed('acme')).toMatchObject({ status: 'active', revision: 1 });
    expect(objectsOf('acme')).toEqual(['account', 'lead']);
    deploy(manifestOf(readObject('account'), readObject('lead')));
    deploy(other, 'stop');
    expect(installed('acme')).toMatchObject({ status: 'paused' });
  });
});
