import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifestJsonSchema } from '../../src/manifest/json-schema.ts';
import { renderTemplate, templateNames, templateProviders } from '../../src/scaffold/template.ts';
import { validateOutputSchema } from '../../src/validation/output-schema.ts';
import { amp, makeFolder } from './amp.ts';
import { fixtureNames, fixtures } from './fixture.ts';

const validator = new Ajv2020.default({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
validator.addKeyword('markdownDescription');
const isManifest = validator.compile(manifestJsonSchema());
const errorsOf = (text: string) => {
  isManifest(parse(text, { version: '1.1', merge: true, logLevel: 'silent' }));
  return (isManifest.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
};

interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

describe('the JSON Schema of the manifest', () => {
  // What the checker takes with a warning, editors underline: unknown keys.
  const loose = new Set(['directive-unused']);

  test.each(fixtureNames().filter((rule) => !loose.has(rule)))('takes the manifest that %s lets pass', (rule) => {
    const text = readFileSync(join(fixtures, rule, 'pass.yaml'), 'utf8').split('\n---\n')[0]!;
    expect(errorsOf(text)).toEqual([]);
  });

  test('takes every template', () => {
    for (const provider of templateProviders) {
      for (const template of templateNames) {
        expect(errorsOf(renderTemplate({ provider, template, name: 's', destination: 'd', schemaPath: 'x' }))).toEqual(
          [],
        );
      }
    }
  });

  test.each([
    'unknown-key',
    'yaml-type',
    'enum-value',
    'field-shape',
    'delivery-mode',
    'backfill-config',
    'integration-name',
  ])('underlines what %s finds', (rule) => {
    expect(errorsOf(readFileSync(join(fixtures, rule, 'fail.yaml'), 'utf8'))).not.toEqual([]);
  });

  test('describes every key and has an id', () => {
    const undescribed: string[] = [];
    const walk = (schema: SchemaNode, path: string) => {
      for (const [key, member] of Object.entries(schema.properties ?? {})) {
        if (!member.description) undescribed.push(`${path}.${key}`);
        walk(member, `${path}.${key}`);
      }
      if (schema.items) walk(schema.items, `${path}[]`);
    };
    walk(manifestJsonSchema(), '$');
    expect(undescribed).toEqual([]);
    expect(manifestJsonSchema().$id).toBe('urn:amp:manifest:1.0.0');
  });

  test('amp schema manifest prints it, as published', () => {
    const printed = JSON.parse(amp(makeFolder({}), ['schema', 'manifest']).stdout);
    expect(printed).toEqual(manifestJsonSchema());
    const published = readFileSync(join(import.meta.dirname, '../../schemas/manifest.schema.json'), 'utf8');
    expect(JSON.parse(published)).toEqual(manifestJsonSchema());
  });

  test('amp schema output validate describes what amp validate --json prints', () => {
    const schema = JSON.parse(amp(makeFolder({}), ['schema', 'output', 'validate']).stdout);
    expect(schema).toEqual(validateOutputSchema());
    const isReport = validator.compile(schema);
    const many = readFileSync(join(fixtures, '../manifests-many/thirty.yaml'), 'utf8');
    const report = JSON.parse(amp(makeFolder({ 'amp.yaml': many }), ['validate', '--json']).stdout);
    isReport(report);
    expect(isReport.errors).toBeNull();
    expect(amp(makeFolder({}), ['schema', 'output', 'nosuch']).status).toBe(64);
  });
});
