import fc from 'fast-check';
import { describe, test } from 'vitest';
import { checkManifest } from '../../src/manifest/check.ts';
import { fixText } from '../../src/manifest/fix.ts';
import { anyBytes, mutatedManifest, randomYaml } from './arbitrary.ts';
import { survive } from './survive.ts';

// Seconds of work each, more on a machine that is busy with other things.
const patience = { timeout: 180_000 };

describe('any bytes at all', patience, () => {
  // 20,000 runs in all; scripts/fuzz-manifest.ts does a million.
  test('changed manifests are checked, not crashed on', () => {
    fc.assert(
      fc.property(mutatedManifest, (text) => survive(Buffer.from(text))),
      { numRuns: 9000 },
    );
  });

  test('YAML of any shape', () => {
    fc.assert(
      fc.property(randomYaml, (text) => survive(Buffer.from(text))),
      { numRuns: 6000 },
    );
  });

  test('random bytes and endless brackets', () => {
    fc.assert(fc.property(anyBytes, survive), { numRuns: 5000 });
  });

  test('repairs never make it worse, and repairing twice changes nothing', () => {
    const check = (text: string) => checkManifest({ file: 'amp.yaml', bytes: Buffer.from(text) });
    fc.assert(
      fc.property(mutatedManifest, (text) => {
        const first = check(text);
        const fixed = fixText(first, check);
        const again = fixText(fixed.result, check);
        const isWorse =
          first.draft !== undefined && (fixed.result.draft === undefined || errors(fixed.result) > errors(first));
        return again.text === fixed.text && again.applied.length === 0 && !isWorse;
      }),
      { numRuns: 1500 },
    );
  });
});

function errors(result: ReturnType<typeof checkManifest>): number {
  return result.diagnostics.filter((one) => one.severity === 'error').length;
}
