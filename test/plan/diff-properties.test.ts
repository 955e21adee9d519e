import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalManifest, hashManifest } from '../../src/plan/canonical.ts';
import { diffManifests } from '../../src/plan/diff.ts';
import { formatPath, parsePath } from '../../src/plan/path.ts';
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
