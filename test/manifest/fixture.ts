import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckOptions, CheckResult } from '../../src/manifest/check.ts';
import { checkManifest } from '../../src/manifest/check.ts';

export const fixtures = join(import.meta.dirname, '../../fixtures/manifests');

/** Names of the rules that have a folder of fixtures. */
export function fixtureNames(): string[] {
  return readdirSync(fixtures, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Checks `fail.yaml` or `pass.yaml` of a rule with the options that lie beside it. */
export function checkFixture(rule: string, file: 'fail.yaml' | 'pass.yaml'): CheckResult {
  return checkManifest({ file, bytes: readFileSync(join(fixtures, rule, file)) }, optionsOf(rule));
}

export function optionsOf(rule: string): CheckOptions {
  const path = join(fixtures, rule, 'options.json');
  if (!existsSync(path)) return {};
  const { providers, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  if (!providers) return rest;
  return { ...rest, providers: { source: providers.source, providers: new Map(Object.entries(providers.providers)) } };
}

/** Checks a text; the file is called amp.yaml. */
export function check(text: string, options: CheckOptions = {}): CheckResult {
  return checkManifest({ file: 'amp.yaml', bytes: Buffer.from(text) }, options);
}

/** `12:5 error schedule-syntax`, one for each finding, notes left out. */
export function findings(text: string, options: CheckOptions = {}): string[] {
  return check(text, options)
    .diagnostics.filter((diagnostic) => diagnostic.severity !== 'info')
    .map(({ code, severity, location }) => `${location!.start.line}:${location!.start.column} ${severity} ${code}`);
}

/** The codes of all errors and warnings. */
export function codes(text: string, options: CheckOptions = {}): string[] {
  return check(text, options)
    .diagnostics.filter((diagnostic) => diagnostic.severity !== 'info')
    .map((diagnostic) => diagnostic.code);
}
