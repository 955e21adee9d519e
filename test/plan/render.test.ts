import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { plainStyle } from '../../src/output/style.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { planChanges } from '../../src/plan/impact.ts';
import { diffOutputSchema } from '../../src/plan/output-schema.ts';
import type { Change } from '../../src/plan/plan.ts';
import { type DeployPlan, parsePlan } from '../../src/plan/saved-plan.ts';
import { renderPlanMarkdown } from '../../src/views/plan/plan-markdown.ts';
import { renderPlanText } from '../../src/views/plan/plan-text.ts';
import { choice, fixed, integrationOf, manifestOf, readObject } from '../deploy/manifests.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/plans');
mkdirSync(fixtures, { recursive: true });

const before = manifestOf(
  readObject('account', { requiredFields: [fixed('id'), fixed('industry', 'sector')] }),
  readObject('lead'),
);
const after = {
  ...before,
  integrations: [
    {
      ...integrationOf(
        'crm',
        readObject('account', {
          schedule: '*/10 * * * *',
          requiredFields: [fixed('id'), fixed('industry', 'branch'), choice('forecastNote')],
        }),
      ),
      proxy: { enabled: true, useModule: false },
    },
    integrationOf('second', readObject('contact', { optionalFields: [fixed('email')] })),
  ],
};
const config = (...names: string[]) => ({
  provider: 'salesforce',
  read: { objects: Object.fromEntries(names.map((objectName) => [objectName, { objectName }])) },
});
const installations = ['Quayline', 'Globex', 'Initech', 'Hooli', 'Umbrella'].map((groupName) => ({
  id: `ins_${groupName}`,
  integration: 'crm',
  groupRef: groupName.toLowerCase(),
  groupName,
  config: config('account', 'lead'),
  effective: before.integrations[0],
}));

const plan: DeployPlan = {
  version: 1,
  environment: { kind: 'local', name: 'local' },
  against: 'revision 3',
  base: { lineage: 'lin_1', serial: 3 },
  manifest: { file: 'amp.yaml', sha256: 'a'.repeat(64), contentHash: 'b'.repeat(64) },
  ...planChanges(diffManifests(before, after), { before, after, installations }),
  unmanaged: ['legacy'],
};

test('a plan as text fits 80 columns and names a few groups', async () => {
  const text = renderPlanText(plan, { style: plainStyle, width: 80 });
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).toContain('(Quayline, Globex, Initech and 2 more)');
  await expect(`${text}\n`).toMatchFileSnapshot(join(fixtures, 'many-changes.txt'));
});

test('a plan as Markdown has what breaks in sight and the rest behind a fold', async () => {
  await expect(renderPlanMarkdown(plan)).toMatchFileSnapshot(join(fixtures, 'many-changes.md'));
});

test('Markdown stays below what a comment may have, and says how much is left out', () => {
  const change = plan.changes[0]!;
  const changes: Change[] = Array.from({ length: 5000 }, (_, i) => ({ ...change, path: `crm.read.object${i}` }));
  const text = renderPlanMarkdown({ ...plan, changes });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/and \d+ more/);
});

test('names from a manifest are text in Markdown: no markup, nobody mentioned', () => {
  const changes: Change[] = [{ ...plan.changes[0]!, after: '<img src=x> @everyone [x](http://y)', action: 'update' }];
  const text = renderPlanMarkdown({ ...plan, changes });
  expect(text).not.toContain('<img');
  expect(text).not.toContain('@everyone');
  expect(text).not.toContain('[x](');
});

test('a first plan does not compare itself with nothing', () => {
  const first = { ...plan, against: 'nothing' };
  expect(renderPlanText(first, { style: plainStyle, width: 80 })).toMatch(
    /; nothing was deployed before; \d breaking\.$/m,
  );
  expect(renderPlanMarkdown(first)).toContain('\n\nNothing was deployed before.\n');
});

test('a plan goes through JSON unchanged and fits its schema', () => {
  const text = JSON.stringify(plan);
  expect(parsePlan(text, 'plan.json')).toEqual(plan);
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(diffOutputSchema());
  expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
});
