import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AmpOptions, type AmpResult, isolatedEnvironment, runAmp } from '../cli/run-amp.ts';

/** A project folder with a manifest, used by one person on one computer. */
export interface LocalAmp {
  dir: string;
  home: string;
  env: Record<string, string>;
  write(text: string): void;
  amp(args: string[], options?: AmpOptions): Promise<AmpResult>;
  /** The same, and its JSON; fails the test when the exit is another one. */
  json<Result>(args: string[], exit?: number): Promise<Result>;
}

export function localAmp(text: string, home = mkdtempSync(join(tmpdir(), 'amp-home-'))): LocalAmp {
  const dir = mkdtempSync(join(tmpdir(), 'amp-local-'));
  const env = {
    ...isolatedEnvironment(home),
    AMP_CREDENTIAL_STORE: 'file',
    AMP_CREDENTIAL_PASSPHRASE: 'FAKE-passphrase',
    USER: 'ada',
  };
  const write = (content: string) => writeFileSync(join(dir, 'amp.yaml'), content);
  const amp: LocalAmp['amp'] = (args, options = {}) =>
    runAmp(args, { cwd: dir, ...options, env: { ...env, ...options.env } });
  write(text);
  return {
    dir,
    home,
    env,
    write,
    amp,
    async json<Result>(args: string[], exit = 0) {
      const { code, stdout, stderr } = await amp([...args, '--json']);
      if (code !== exit) throw new Error(`amp ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return JSON.parse(stdout) as Result;
    },
  };
}

/** A manifest of one integration, `crm`; each read object in one line of YAML. */
export function crm(...objects: string[]): string {
  return `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
${objects.map((object) => `        - ${object}`).join('\n')}
`;
}

export const account =
  '{objectName: account, destination: crmEvents, schedule: "*/30 * * * *", requiredFields: [{fieldName: id}, {fieldName: name}]}';
export const lead =
  '{objectName: lead, destination: crmEvents, schedule: "0 * * * *", requiredFields: [{fieldName: id}]}';
