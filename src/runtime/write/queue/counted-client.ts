import type { SalesforceClient } from '../../../providers/salesforce/rest/client.ts';

/** The same client with a count of its own: several writes share an org's client at once. */
export function countedClient(client: SalesforceClient): SalesforceClient {
  let apiCalls = 0;
  return {
    get orgId() {
      return client.orgId;
    },
    get userId() {
      return client.userId;
    },
    get username() {
      return client.username;
    },
    get instanceUrl() {
      return client.instanceUrl;
    },
    get apiVersion() {
      return client.apiVersion;
    },
    get apiCalls() {
      return apiCalls;
    },
    get apiUsage() {
      return client.apiUsage;
    },
    json(request) {
      apiCalls++;
      return client.json(request);
    },
    stream(request) {
      apiCalls++;
      return client.stream(request);
    },
    renewSession: () => client.renewSession(),
  };
}
