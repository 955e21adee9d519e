import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkManifest } from '../../src/manifest/check.ts';
import { integrationContent } from '../../src/manifest/integration-content.ts';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { normalizeManifest } from '../../src/manifest/normalize.ts';
import { manifests } from '../plan/arbitrary-manifest.ts';

function readAgain(manifest: Manifest): Manifest {
  const text = JSON.stringify({ specVersion: '1.0.0', integrations: manifest.integrations.map(integrationContent) });
  const { draft } = checkManifest({ file: 'amp.yaml', bytes: Buffer.from(text) });
  return normalizeManifest(draft!);
}

test('a manifest written in its own language again reads as the same manifest', () => {
  fc.assert(
    fc.property(manifests, (manifest) => {
      expect(readAgain(manifest)).toEqual(manifest);
    }),
    { numRuns: 150 },
  );
});

test('every part of the language goes both ways', () => {
  const manifest: Manifest = {
    specVersion: '1.0.0',
    integrations: [
      {
        name: 'crm',
        displayName: 'CRM',
        provider: 'salesforce',
        module: 'crm',
        read: {
          objects: [
            {
              objectName: 'contact',
              mapToName: 'person',
              mapToDisplayName: 'Person',
              destination: 'inbox',
              schedule: '*/15 * * * *',
              requiredFields: [
                { kind: 'fixed', fieldName: "$['Owner']['Email']", mapToName: 'owner', mapToDisplayName: 'Owner' },
                {
                  kind: 'chosen',
                  mapToName: 'note',
                  mapToDisplayName: 'Note',
                  prompt: 'Which?',
                  default: 'Description',
                },
              ],
              optionalFields: [{ kind: 'fixed', fieldName: 'phone' }],
              optionalFieldsAuto: 'all',
              backfill: { fullHistory: true },
              enabled: 'always',
              delivery: { mode: 'onRequest', pageSize: 50 },
            },
          ],
        },
        subscribe: {
          objects: [
            {
              objectName: 'contact',
              destination: 'inbox',
              inheritFieldsAndMapping: true,
              createEvent: true,
              deleteEvent: true,
              updateEvent: { watch: ['note', 'phone'] },
              associationChangeEvent: { includeFullRecords: true },
              otherEvents: ['UNDELETE'],
            },
            {
              objectName: 'lead',
              destination: 'inbox',
              inheritFieldsAndMapping: false,
              createEvent: false,
              deleteEvent: false,
              updateEvent: { watch: 'selected' },
              otherEvents: [],
            },
          ],
        },
        write: { objects: [{ objectName: 'contact', inheritMapping: true, valueDefaults: { allowAnyFields: true } }] },
        proxy: { enabled: true, useModule: true },
        watchSchema: {
          destination: 'inbox',
          schedule: '0 0 * * *',
          fieldCreated: true,
          fieldDeleted: false,
          fieldChanged: true,
        },
      },
    ],
  };
  expect(readAgain(manifest)).toEqual(manifest);
});
