import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const manifestNames = ['amp.yaml', 'amp.yml'] as const;

/** The manifest in exactly this folder: amp.yaml, else amp.yml, else undefined. */
export function manifestIn(folder: string): string | undefined {
  return manifestNames.map((name) => join(folder, name)).find((path) => existsSync(path) && statSync(path).isFile());
}

/** The nearest manifest, from `startDir` upwards. Undefined when no parent has one. */
export function findManifest(startDir: string): string | undefined {
  for (let folder = resolve(startDir); ; folder = dirname(folder)) {
    const manifest = manifestIn(folder);
    if (manifest) return manifest;
    if (dirname(folder) === folder) return undefined;
  }
}
