import { createHash } from 'node:crypto';
import { authorOf } from '../config/author.ts';
import { assertDestinations } from '../environments/checked-file.ts';
import { lockDeploys } from '../environments/deploy-plan.ts';
import { createLocalEnvironment } from '../environments/local/local-environment.ts';
import { planDeploy } from '../environments/plan-deploy.ts';
import { AmpError } from '../errors/amp-error.ts';
import { checkManifest } from '../manifest/check.ts';
import { integrationContent } from '../manifest/integration-content.ts';
import type { Integration, Manifest } from '../manifest/manifest.ts';
import { openOrgRegistry } from '../orgs/registry.ts';
import type { ApiWorld } from './world.ts';

const name = 'the request';

/**
 * Deploys a manifest as the hosted platform does: integrations are matched by name, those the source lacks stay. Nobody is
 * asked; `destructive` ends the reads of removed objects. Throws `deploy-…` with every finding.
 */
export async function deploySource(world: ApiWorld, sourceYaml: string, destructive: boolean): Promise<void> {
  const bytes = Buffer.from(sourceYaml);
  const { manifest, diagnostics } = checkManifest({ file: name, bytes });
  if (!manifest) {
    throw new AmpError({ code: 'deploy-manifest-invalid', message: 'The manifest has errors.', diagnostics });
  }
  const given = new Set(manifest.integrations.map((integration) => integration.name));
  const deployed = world.project.currentRevision()?.manifest.integrations ?? [];
  const kept = deployed.filter((integration) => !given.has(integration.name));
  const source = kept.length === 0 ? bytes : sourceOf([...kept, ...manifest.integrations]);
  const whole = { ...manifest, integrations: [...kept, ...manifest.integrations] };
  await apply(world, whole, source, destructive ? 'stop' : 'keep');
}

/** Deploys what is deployed without one integration. */
export async function undeployIntegration(world: ApiWorld, integration: string): Promise<void> {
  const deployed = world.project.currentRevision()!.manifest;
  const integrations = deployed.integrations.filter((one) => one.name !== integration);
  await apply(world, { ...deployed, integrations }, sourceOf(integrations), 'stop');
}

async function apply(world: ApiWorld, manifest: Manifest, source: Buffer, onRemoved: 'keep' | 'stop'): Promise<void> {
  const { project, clock, log, context } = world;
  const environment = createLocalEnvironment(project, clock, openOrgRegistry(context.config.configDir), log);
  const file = { path: name, bytes: source, sha256: createHash('sha256').update(source).digest('hex'), manifest };
  const lock = lockDeploys(environment);
  try {
    if (manifest.integrations.length > 0) assertDestinations(file, await environment.listDestinations());
    const plan = await planDeploy(environment, file);
    if (plan.changes.length === 0) return;
    await environment.deploy({
      manifest,
      source,
      base: plan.base,
      changes: plan.changes,
      onRemoved,
      author: authorOf(context.config),
      message: 'Over the HTTP API',
    });
    world.changes.notify();
  } finally {
    lock?.release();
  }
}

/** JSON is YAML: what no file says as a whole is kept in the manifest's language all the same. */
function sourceOf(integrations: readonly Integration[]): Buffer {
  const text = JSON.stringify({ specVersion: '1.0.0', integrations: integrations.map(integrationContent) }, null, 2);
  return Buffer.from(`${text}\n`);
}
