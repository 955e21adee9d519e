import { locateProject } from '../config/project.ts';
import { loadCheckedFile } from '../environments/checked-file.ts';
import { AmpError } from '../errors/amp-error.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Check, type DoctorWorld, failed } from './doctor.ts';

/** The manifest of this folder, when there is one and it is valid. */
export function checkManifestFile(world: DoctorWorld): { checks: Check[]; manifest: Manifest | undefined } {
  const id = 'manifest';
  try {
    const { manifestFile } = locateProject(world);
    const { manifest } = loadCheckedFile(manifestFile);
    const { length } = manifest.integrations;
    const message = `${manifestFile} is valid: ${length} ${length === 1 ? 'integration' : 'integrations'}.`;
    return { checks: [{ id, result: 'ok', message }], manifest };
  } catch (error) {
    if (error instanceof AmpError && error.code === 'project-not-found') {
      const skipped: Check = { id, result: 'skipped', message: 'No amp.yaml here.', fix: 'Run amp init to write one.' };
      return { checks: [skipped], manifest: undefined };
    }
    return { checks: [failed(id, error, 'Run amp validate: it shows every finding.')], manifest: undefined };
  }
}
