import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createDestinationStore } from '../../src/destinations/destination-store.ts';
import { loadCheckedFile } from '../../src/environments/checked-file.ts';
import { type DeployOptions, deployFile } from '../../src/environments/deploy-plan.ts';
import { createLocalEnvironment } from '../../src/environments/local/local-environment.ts';
import { type LocalProject, openLocalProject } from '../../src/environments/local/local-project.ts';
import { createMemoryRegistry } from '../../src/orgs/registry.ts';
import type { Prompter } from '../../src/output/prompt.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { scriptedPrompt } from '../installations/scripted-prompt.ts';
import { account, crm, lead } from './local-amp.ts';

let project: LocalProject;
let path: string;

beforeEach(async () => {
  project = openLocalProject(openMemoryState());
  createDestinationStore(project.state.db).add({ name: 'crmEvents', kind: 'stdout', settings: {} });
  path = join(mkdtempSync(join(tmpdir(), 'amp-plan-')), 'amp.yaml');
  await deploy(crm(account, lead), scriptedPrompt([]));
  const at = new Date(0).toISOString();
  project.installations.save({
    id: 'ins_1',
    integration: 'crm',
    groupRef: 'acme',
    groupName: 'Acme',
    orgId: 'o:u',
    status: 'active',
    config: { provider: 'salesforce', read: { objects: { lead: { objectName: 'lead' } } } },
    pausedObjects: [],
    keptObjects: [],
    revision: 1,
    createdAt: at,
    updatedAt: at,
  });
});

function deploy(text: string, prompt: Prompter, options: Partial<DeployOptions> = {}) {
  writeFileSync(path, text);
  const environment = createLocalEnvironment(project, systemClock, createMemoryRegistry());
  const shown: string[] = [];
  return deployFile(
    environment,
    loadCheckedFile(path),
    { author: 'ada', ...options },
    {
      prompt,
      showPlan: (plan) => shown.push(plan.against),
    },
  ).then((result) => ({ ...result, shownPlans: shown }));
}

test('a breaking change is shown and asked for on a terminal: what to keep, then a typed word', async () => {
  const prompt = scriptedPrompt(['stop', 'deploy']);
  const result = await deploy(crm(account), prompt);
  expect(prompt.asked).toEqual([
    'What happens to crm.read.lead for installed customers?',
    'One change breaks something for customers. Deploy?',
  ]);
  expect(result).toMatchObject({ shown: true, shownPlans: ['revision 1'], outcome: { changed: true } });
  expect(project.installations.get('ins_1')).toMatchObject({ keptObjects: [], revision: 2 });
});

test('anything but the word declines, and nothing is changed', async () => {
  await expect(deploy(crm(account), scriptedPrompt(['keep', 'yes']))).rejects.toMatchObject({
    code: 'deploy-declined',
  });
  expect(project.currentRevision()?.number).toBe(1);
});

test('stop speaks for the events of a removed object too; keep cannot, since only reads can be kept', async () => {
  const events = `    subscribe:
      objects:
        - {objectName: lead, destination: crmEvents, inheritFieldsAndMapping: true, createEvent: {enabled: always}}
`;
  await deploy(`${crm(account, lead)}${events}`, scriptedPrompt([]));
  const installation = project.installations.get('ins_1')!;
  const objects = { lead: { objectName: 'lead', inheritFieldsAndMappings: true } };
  project.installations.save({ ...installation, config: { ...installation.config, subscribe: { objects } } });
  const nobody = scriptedPrompt([], false);
  await expect(deploy(crm(account), nobody, { onRemoved: 'keep' })).rejects.toMatchObject({
    code: 'deploy-needs-decision',
    message: expect.stringContaining('crm.subscribe.lead'),
  });
  await expect(deploy(crm(account), nobody, { onRemoved: 'stop' })).resolves.toMatchObject({
    outcome: { changed: true },
  });
});

test('what breaks nothing is not asked for', async () => {
  const prompt = scriptedPrompt([]);
  await deploy(crm(account.replace('*/30', '*/20'), lead), prompt);
  expect(prompt.asked).toEqual([]);
});

test('a file that changes while the question is open is not deployed', async () => {
  const prompt = scriptedPrompt(['keep', 'deploy']);
  const confirm = prompt.confirmTyped;
  prompt.confirmTyped = (question, options) => {
    writeFileSync(path, crm(lead));
    return confirm(question, options);
  };
  await expect(deploy(crm(account), prompt)).rejects.toMatchObject({ code: 'deploy-manifest-changed' });
  expect(project.currentRevision()?.number).toBe(1);
});

test('an unmatched plan, another file, another base: each refused by name', async () => {
  const { plan } = await deploy(crm(account), scriptedPrompt([]), { dryRun: true });
  const apply = (saved: typeof plan) => deploy(crm(account), scriptedPrompt([]), { saved, yes: true });
  await expect(apply({ ...plan, base: { ...plan.base, serial: 9 } })).rejects.toMatchObject({
    code: 'deploy-base-moved',
  });
  await expect(apply({ ...plan, manifest: { ...plan.manifest, sha256: 'x' } })).rejects.toMatchObject({
    code: 'deploy-manifest-changed',
  });
  await expect(apply({ ...plan, environment: { kind: 'hosted', name: 'dev' } })).rejects.toMatchObject({
    code: 'deploy-plan-invalid',
  });
  await expect(apply(plan)).resolves.toMatchObject({ outcome: { changed: true } });
});
