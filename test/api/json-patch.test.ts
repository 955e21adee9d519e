import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch, type PatchStep } from '../../src/api/json-patch.ts';

const refusal = (steps: PatchStep[], document: unknown = { a: [1, 2], b: { c: 1 } }) => {
  try {
    applyPatch(document, steps);
    return undefined;
  } catch (error) {
    return (error as { details: { issues: { name: string; detail: string }[] } }).details.issues[0];
  }
};

describe('JSON Patch on one object of a config', () => {
  test('adds, removes and replaces, in order', () => {
    const document = { objectName: 'lead', selectedFields: { phone: true }, list: [1, 2] };
    expect(
      applyPatch(document, [
        { op: 'add', path: '/schedule', value: '0 * * * *' },
        { op: 'replace', path: '/selectedFields/phone', value: false },
        { op: 'add', path: '/selectedFields/a~1b~0c', value: true },
        { op: 'add', path: '/list/1', value: 9 },
        { op: 'add', path: '/list/-', value: 8 },
        { op: 'remove', path: '/list/0' },
      ]),
    ).toEqual({
      objectName: 'lead',
      schedule: '0 * * * *',
      selectedFields: { phone: false, 'a/b~c': true },
      list: [9, 2, 8],
    });
    expect(document).toEqual({ objectName: 'lead', selectedFields: { phone: true }, list: [1, 2] });
    expect(applyPatch(document, [{ op: 'replace', path: '', value: { objectName: 'x' } }])).toEqual({
      objectName: 'x',
    });
  });

  test('a step that leads nowhere refuses the whole, and says which', () => {
    expect(refusal([{ op: 'remove', path: '/x' }])).toMatchObject({
      name: 'changes[0].path',
      detail: 'There is nothing at x.',
    });
    expect(
      refusal([
        { op: 'add', path: '/b/d', value: 1 },
        { op: 'replace', path: '/b/e', value: 1 },
      ]),
    ).toMatchObject({ name: 'changes[1].path' });
    for (const path of ['a', '/a/2', '/a/-1', '/a/01', '/a/x', '/x/y', '/b/c/d'])
      expect(refusal([{ op: 'replace', path, value: 1 }]), path).toBeDefined();
    expect(refusal([{ op: 'remove', path: '' }])).toBeDefined();
    expect(refusal([{ op: 'add', path: '/a/3', value: 1 }])).toBeDefined();
    expect(refusal([{ op: 'add', path: '/a/2', value: 1 }])).toBeUndefined();
  });

  test('whatever the steps, nothing but the copy changes', () => {
    const step = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace'),
      path: fc.oneof(
        fc
          .array(fc.constantFrom('a', 'b', 'c', '0', '-', '__proto__', 'constructor', 'prototype'), { maxLength: 4 })
          .map((parts) => parts.map((part) => `/${part}`).join('')),
        fc.string(),
      ),
      value: fc.jsonValue({ maxDepth: 2 }),
    }) as fc.Arbitrary<PatchStep>;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
        const document = { a: [1, { b: 2 }], b: { c: null } };
        try {
          applyPatch(document, steps);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('api-request-invalid');
        }
        expect(document).toEqual({ a: [1, { b: 2 }], b: { c: null } });
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});
