import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AmpOptions, type AmpResult, isolatedEnvironment, runAmp } from '../cli/run-amp.ts';
import { apiKey, type Platform } from './platform.ts';

export const manifestText = `# customers see this
specVersion: 1.0.0
integrations:
  - name: pipelineSync
    provider: salesforce
    read:
      objects:
        - objectName: opportunity
          destination: crmEvents
          schedule: "*/30 * * * *"
          requiredFields: [{fieldName: id}, {fieldName: stagename, mapToName: stage}]
        - objectName: lead
          destination: crmEvents
          schedule: "0 * * * *"
          requiredFields: [{fieldName: id}]
`;

/** The manifest without its lead. */
export const withoutLead = manifestText.slice(0, manifestText.indexOf('        - objectName: lead'));

export interface HostedProject {
  dir: string;
  home: string;
  write(text: string): void;
  /** Runs amp with `-p dev` against the platform. */
  amp(args: string[], options?: AmpOptions & { project?: string }): Promise<AmpResult>;
}

export function hostedProject(platform: Platform, text = manifestText): HostedProject {
  const home = mkdtempSync(join(tmpdir(), 'amp-hosted-'));
  const dir = mkdtempSync(join(tmpdir(), 'amp-project-'));
  const write = (content: string) => writeFileSync(join(dir, 'amp.yaml'), content);
  write(text);
  return {
    dir,
    home,
    write,
    amp: (args, { project = 'dev', env, ...options } = {}) =>
      runAmp([...args, ...(project === '' ? [] : ['-p', project])], {
        cwd: dir,
        env: { ...isolatedEnvironment(home), AMP_API_URL: platform.url, AMP_API_KEY: apiKey, ...env },
        ...options,
      }),
  };
}

/** An installation of `integration` as the API lists it. */
export function hostedInstallation(integration: string, groupRef: string, objects: string[]) {
  return {
    id: `ins-${groupRef}`,
    projectId: 'prj-1',
    integrationId: `int-${integration}`,
    group: { groupRef, groupName: groupRef.toUpperCase() },
    healthStatus: 'healthy',
    connection: { id: 'con-1', status: 'working' },
    config: {
      id: 'cfg-1',
      revisionId: 'rev-1',
      createdBy: 'test',
      content: {
        provider: 'salesforce',
        read: { objects: Object.fromEntries(objects.map((objectName) => [objectName, { objectName }])) },
      },
    },
    createTime: '2026-02-03T00:00:00Z',
  };
}
