import { type ApiRig, type Ask, contactConfig, manifest } from './api-rig.ts';

const project = '/v1/projects/local';
const crm = `${project}/integrations/crm`;
const installation = `${crm}/installations/ins_acme`;

/** A request that ends well for every operation of the document, in an order in which each finds what it needs. */
export function happyPaths(rig: ApiRig): Record<string, () => Ask | Promise<Ask>> {
  const get = (path: string) => () => ({ path });
  const operationId = () => rig.log.start({ action: 'search', startedBy: 'test' }).id;
  return {
    listProjects: get('/v1/projects'),
    getProject: get(`${project}?includeEntitlements=true`),
    listIntegrations: get(`${project}/integrations`),
    getIntegration: get(crm),
    listDestinations: get(`${project}/destinations`),
    getDestination: get(`${project}/destinations/inbox`),
    listConnections: get(`${project}/connections?provider=salesforce&groupRef=acme&consumerRef=ada`),
    getConnection: get(`${project}/connections/${encodeURIComponent(rig.record.id)}`),
    listProviderApps: get(`${project}/provider-apps`),
    deployIntegrations: () => ({
      method: 'PUT',
      path: `${project}/integrations:batch?destructive=false`,
      body: { sourceYaml: manifest.replace('0 * * * *', '30 * * * *') },
    }),
    listInstallations: get(`${project}/installations?groupRef=acme`),
    listInstallationsOfIntegration: get(`${crm}/installations`),
    createInstallation: () => ({
      method: 'POST',
      path: `${crm}/installations?skipSampling=false`,
      body: { groupRef: 'quayline', config: { createdBy: 'bo', content: contactConfig } },
    }),
    getInstallation: get(installation),
    updateInstallation: () => ({
      method: 'PATCH',
      path: installation,
      body: {
        updateMask: ['config.content.read.objects.account'],
        installation: {
          config: { content: { read: { objects: { account: { objectName: 'account', disabled: true } } } } },
        },
      },
    }),
    patchObjectConfig: () => ({
      method: 'PATCH',
      path: `${crm}/objects/contact/config-content`,
      body: { groupRef: 'acme', action: 'read', changes: [{ op: 'add', path: '/schedule', value: '*/20 * * * *' }] },
    }),
    pauseInstallation: () => ({
      method: 'POST',
      path: `${installation}:pause`,
      body: { objects: ['person'], note: 'Migration' },
    }),
    unpauseInstallation: () => ({ method: 'POST', path: `${installation}:unpause`, body: {} }),
    readOrWriteObject: () => ({
      method: 'POST',
      path: `${crm}/objects/person`,
      body: { groupRef: 'acme', type: 'create', record: { lastname: 'Quist' } },
    }),
    searchObject: () => ({
      method: 'POST',
      path: `${crm}?groupRef=acme`,
      body: { objectName: 'person', fieldFilters: [{ fieldName: 'lastname', operator: 'eq', value: 'Quist' }] },
    }),
    getObjectMetadata: get(`${crm}/objects/person/metadata?groupRef=acme&excludeReadOnly=true`),
    getProviderObjectMetadata: get(`${project}/providers/salesforce/objects/account/metadata?groupRef=acme`),
    putObjectMetadata: () => ({ method: 'PUT', path: `${crm}/object-metadata`, body: customField('Note__c') }),
    putProviderObjectMetadata: () => ({
      method: 'PUT',
      path: `${project}/providers/salesforce/object-metadata`,
      body: customField('Note__c'),
    }),
    listInstallationOperations: get(`${installation}/operations?pageSize=2`),
    listOperations: get(
      `${project}/operations?status=success&type=search&object=Contact&groupRef=acme&since=2020-01-01T00:00:00Z`,
    ),
    getOperation: () => ({ path: `${project}/operations/${operationId()}` }),
    listLogs: () => ({ path: `${project}/operations/${operationId()}/logs` }),
    getBackfillProgress: async () => {
      rig.log
        .start({
          action: 'read',
          object: 'Contact',
          installationId: 'ins_acme',
          groupRef: 'acme',
          startedBy: 'schedule',
          metadata: { readType: 'backfill' },
        })
        .progress({ records: 2, recordsEstimated: 3 });
      return { path: `${installation}/objects/person/backfill-progress` };
    },
    getHealth: get('/healthz'),
    getReadiness: get('/readyz'),
    getMetrics: get('/metrics'),
    getDocument: get('/openapi.json'),
    deleteInstallation: () => ({ method: 'DELETE', path: installation }),
    deleteIntegration: () => ({ method: 'DELETE', path: `${project}/integrations/quiet` }),
  };
}

function customField(fieldName: string) {
  return {
    groupRef: 'acme',
    fields: { Contact: [{ fieldName, displayName: 'Note', valueType: 'string', stringOptions: { length: 80 } }] },
  };
}
