import { describe, expect, test } from 'vitest';
import { rules } from '../../src/manifest/rules/index.ts';
import { renderDiagnostics } from '../../src/output/diagnostics.ts';
import { plainStyle } from '../../src/output/style.ts';
import { checkFixture, codes, fixtureNames } from './fixture.ts';

describe('every rule has a manifest that breaks it and one that does not', () => {
  // Rules that need an org or a project are shown in org.test.ts and project.test.ts.
  const shown = rules.filter((rule) => rule.needs === undefined);

  test('each rule has its folder of fixtures, and each folder its rule', () => {
    expect(fixtureNames()).toEqual(shown.map((rule) => rule.id).sort());
  });

  test.each(shown.map((rule) => rule.id))('%s is found where it is, and only there', async (id) => {
    const failing = checkFixture(id, 'fail.yaml');
    const found = failing.diagnostics.filter((diagnostic) => diagnostic.code === id);
    expect(found.length).toBeGreaterThan(0);
    const text = renderDiagnostics(found, new Map([['fail.yaml', failing.text]]), { style: plainStyle, width: 100 });
    await expect(`${text}\n`).toMatchFileSnapshot(`../../fixtures/manifests/${id}/findings.txt`);
  });

  test.each(shown.map((rule) => rule.id))('%s lets a manifest without it pass', (id) => {
    const passing = checkFixture(id, 'pass.yaml');
    const loud = passing.diagnostics.filter((diagnostic) => diagnostic.severity !== 'info');
    expect(loud.filter((diagnostic) => diagnostic.code === id)).toEqual([]);
    expect(loud.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
    expect(passing.manifest).toBeDefined();
  });

  test('a backfill that is written wrong is not called missing, too', () => {
    const found = (backfill: string) =>
      codes(
        `specVersion: 1.0.0\nintegrations: [{name: crm, provider: salesforce, read: {objects: [{objectName: lead, destination: d, requiredFields: [{fieldName: id}], backfill: ${backfill}}]}}]\n`,
      );
    expect(found('{defaultPeriod: {days: "three"}}')).toEqual(['yaml-type']);
    expect(found('{}')).toEqual(['backfill-config']);
    expect(found('{defaultPeriod: {days: 0}}')).toEqual(['read-object-inert']);
  });

  test('ids are kebab-case and unique, and every rule explains itself', () => {
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(rule.summary).toMatch(/\.$/);
      expect(rule.why.length).toBeGreaterThan(30);
    }
  });
});
