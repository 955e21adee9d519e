import { expect, test } from 'vitest';
import type { ReadObjectConfig } from '../../src/installations/config.ts';
import type { InstallationRecord } from '../../src/installations/installation.ts';
import type { Integration } from '../../src/manifest/manifest.ts';
import { activeReads } from '../../src/runtime/read/active-reads.ts';
import { backfillPeriodOf, sourceOfInstallation, sourceOfManifest } from '../../src/runtime/read/read-source.ts';
import { readObject } from './read-world.ts';

const integration: Integration = {
  name: 'crm',
  provider: 'salesforce',
  read: {
    objects: [
      readObject('contact', ['Id'], { schedule: '*/15 * * * *', mapToName: 'person', backfill: { days: 30 } }),
      readObject('account', ['Id'], { schedule: '0 * * * *', enabled: 'always' }),
      readObject('lead', ['Id']),
      readObject('campaign', ['Id'], { enabled: 'always' }),
    ],
  },
};

function installation(
  objects: Record<string, Partial<ReadObjectConfig>>,
  more: Partial<InstallationRecord> = {},
): InstallationRecord {
  const read = Object.fromEntries(
    Object.entries(objects).map(([name, config]) => [name, { objectName: name, ...config }]),
  );
  return {
    id: 'ins_1',
    integration: 'crm',
    groupRef: 'acme',
    groupName: 'acme',
    orgId: 'org',
    config: { provider: 'salesforce', read: { objects: read } },
    status: 'active',
    pausedObjects: [],
    revision: 1,
    keptObjects: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

const scheduleOf = (record: InstallationRecord) =>
  Object.fromEntries(activeReads(integration, record).map(({ objectName, schedule }) => [objectName, schedule]));

test('READ-41 the installation’s own schedule counts, else the manifest’s', () => {
  expect(scheduleOf(installation({ Contact: {} })).contact).toBe('*/15 * * * *');
  expect(scheduleOf(installation({ Contact: { schedule: '*/30 * * * *' } })).contact).toBe('*/30 * * * *');
  expect(scheduleOf(installation({ lead: {} })).lead).toBeUndefined();
});

test('READ-42 an object with enabled: always is read although the config does not mention it', () => {
  expect(scheduleOf(installation({}))).toEqual({ account: '0 * * * *', campaign: undefined });
  expect(scheduleOf(installation({ account: { disabled: true } }))).toEqual({ campaign: undefined });
});

test('nobody gives an object a schedule that neither the manifest nor the installation has', () => {
  expect(scheduleOf(installation({})).campaign).toBeUndefined();
  expect(scheduleOf(installation({ account: { schedule: '' } })).account).toBe('0 * * * *');
});

test('what is paused is not read by itself', () => {
  const record = installation({ contact: {} }, { pausedObjects: [{ objectName: 'Contact', pausedAt: '' }] });
  expect(scheduleOf(record)).toEqual({ account: '0 * * * *', campaign: undefined });
  expect(scheduleOf(installation({ contact: {} }, { status: 'paused' }))).toEqual({});
});

test('READ-18 a disabled object is refused with the reason', () => {
  expect(() => sourceOfInstallation(installation({ contact: { disabled: true } }), integration, 'contact')).toThrow(
    expect.objectContaining({
      code: 'read-object-disabled',
      message: expect.stringContaining('switched off for acme'),
    }),
  );
});

test('an object goes by its mapped name too, and an unknown one names what there is', () => {
  expect(sourceOfInstallation(installation({}), integration, 'PERSON').object.objectName).toBe('contact');
  expect(() => sourceOfInstallation(installation({}), integration, 'case')).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('contact, account, lead, campaign') }),
  );
});

test('the period of the installation wins; days: 0 means none', () => {
  const periodOf = (backfill: ReadObjectConfig['backfill']) =>
    backfillPeriodOf(
      sourceOfInstallation(installation({ contact: backfill ? { backfill } : {} }), integration, 'contact'),
    );
  expect(periodOf(undefined)).toEqual({ days: 30 });
  expect(periodOf({ defaultPeriod: { days: 7 } })).toEqual({ days: 7 });
  expect(periodOf({ defaultPeriod: { days: 0 } })).toBeUndefined();
  expect(periodOf({ defaultPeriod: { fullHistory: true } })).toEqual({ fullHistory: true });
});

test('an object of no manifest can be read, but not for an integration that lacks it', () => {
  expect(sourceOfManifest(undefined, 'Whatever__c', undefined).object.objectName).toBe('Whatever__c');
  expect(() => sourceOfManifest({ specVersion: '1.0.0', integrations: [integration] }, 'case', 'crm')).toThrow(
    expect.objectContaining({ code: 'read-object-missing' }),
  );
});
