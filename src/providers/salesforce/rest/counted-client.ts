import type { SalesforceClient, SalesforceRequest } from './client.ts';

/** The same client with a count of its own: reads and writes of several customers share an org's client at once. */
export function countedClient(client: SalesforceClient): SalesforceClient {
  let apiCalls = 0;
  const counted = (request: SalesforceRequest): SalesforceRequest => ({
    ...request,
    onCall() {
      apiCalls++;
      request.onCall?.();
    },
  });
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
    json: (request) => client.json(counted(request)),
    stream: (request) => client.stream(counted(request)),
    renewSession: () => client.renewSession(),
  };
}
