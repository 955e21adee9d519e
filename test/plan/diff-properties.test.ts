import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/installations/default-config.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { canonicalManifest, hashManifest } from '../../src/plan/canonical.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { planChanges } from '../../src/plan/impact.ts';
import { diffOutputSchema } from '../../src/plan/output-schema.ts';
import { formatPath, parsePath } from '../../src/plan/path.ts';
import { type DeployPlan, parsePlan } from '../../src/plan/saved-plan.ts';
import { applyChanges } from './apply-changes.ts';
import { manifests, shuffled } from './arbitrary-manifest.ts';

test('a manifest does not differ from itself', () => {
  fc.assert(
    fc.property(manifests, (manifest) => {
      expect(diffManifests(manifest, manifest)).toEqual([]);
    }),
  );
});

test('applying the changes from a to b to a gives b', () => {
  fc.assert(
    fc.property(manifests, manifests, (a, b) => {
      expect(applyChanges(canonicalManifest(a), diffManifests(a, b))).toEqual(canonicalManifest(b));
    }),
    { numRuns: 1000 },
  );
});

test('the order of integrations, objects and fields in the file changes neither diff nor hash', () => {
  fc.assert(
    fc.property(manifests, manifests, fc.nat(), (a, b, seed) => {
      expect(diffManifests(shuffled(a, seed), a)).toEqual([]);
      expect(hashManifest(shuffled(a, seed))).toBe(hashManifest(a));
      expect(diffManifests(shuffled(a, seed), shuffled(b, seed + 1))).toEqual(diffManifests(a, b));
    }),
  );
});

test('nothing differs exactly when the hashes are equal', () => {
  fc.assert(
    fc.property(manifests, manifests, (a, b) => {
      expect(diffManifests(a, b).length === 0).toBe(hashManifest(a) === hashManifest(b));
    }),
  );
});

test('a path reads back to the names it was made of', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (names) => {
      expect(parsePath(formatPath(names))).toEqual(names);
    }),
  );
});

test('a plan with its impact comes back from JSON as it was, and fits its schema', () => {
  const fits = new Ajv2020({ allowUnionTypes: true }).compile(diffOutputSchema());
  fc.assert(
    fc.property(manifests, manifests, fc.array(fc.string(), { maxLength: 3 }), (before, after, groups) => {
      const plan = savedPlan(before, after, groups);
      const text = JSON.stringify(plan);
      const back = parsePlan(text, 'plan.json');
      expect(back).toEqual(plan);
      expect(JSON.stringify(back)).toBe(text);
      expect([fits(JSON.parse(text)), fits.errors]).toEqual([true, null]);
      expect(applyChanges(canonicalManifest(before), back.changes)).toEqual(canonicalManifest(after));
    }),
  );
});

/** What `amp diff --out` saves, for customers who read everything there was. */
function savedPlan(before: Manifest, after: Manifest, groups: readonly string[]): DeployPlan {
  const installations = before.integrations.flatMap((effective) =>
    groups.map((groupRef) => ({
      id: `ins_${groupRef}`,
      integration: effective.name,
      groupRef,
      groupName: groupRef,
      config: defaultConfig(effective),
      effective,
    })),
  );
  return {
    version: 1,
    environment: { kind: 'local', name: 'local' },
    against: 'revision 3',
    base: { lineage: 'lin_1', serial: 3 },
    manifest: { file: 'amp.yaml', sha256: 'a'.repeat(64), contentHash: hashManifest(after) },
    ...planChanges(diffManifests(before, after), { before, after, installations }),
    unmanaged: [],
  };
}
