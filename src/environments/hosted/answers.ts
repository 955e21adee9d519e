import type { InstallationConfig } from '../../installations/config.ts';

/** Answers of the hosted API as far as amp looks at them. Anything may be missing or null, and more may come. */
export interface HostedIntegration {
  id: string;
  name: string;
  provider?: string;
  projectId?: string;
  createTime?: string;
  updateTime?: string;
  latestRevision?: { id: string; specVersion?: string; createTime?: string; content?: unknown } | null;
}

export interface HostedInstallation {
  id: string;
  integrationId: string;
  group?: { groupRef?: string; groupName?: string } | null;
  healthStatus?: string;
  lastOperationStatus?: string;
  connection?: { id?: string; status?: string } | null;
  config?: { id?: string; revisionId?: string; createdBy?: string; content?: InstallationConfig | null } | null;
  createTime?: string;
  updateTime?: string;
}

export interface HostedDestination {
  id: string;
  name: string;
  type?: string;
  metadata?: Record<string, unknown> | null;
  /** Only when asked for. */
  secrets?: { webhookSigningKey?: string } | null;
  createTime?: string;
}

export interface HostedConnection {
  id: string;
  provider?: string;
  status?: string;
  group?: { groupRef?: string; groupName?: string } | null;
  consumer?: { consumerRef?: string; consumerName?: string } | null;
  createTime?: string;
  updateTime?: string;
}

export interface HostedProviderApp {
  id: string;
  provider?: string;
  clientId?: string;
  scopes?: string[] | null;
}

export interface HostedProject {
  id: string;
  name?: string;
  appName?: string;
  orgId?: string;
  createTime?: string;
}

export interface HostedOperation {
  id: string;
  integrationId?: string;
  installationId?: string;
  actionType?: string;
  status?: string;
  result?: string;
  metadata?: Record<string, unknown> | null;
  createTime?: string;
  updateTime?: string;
}

export interface HostedLog {
  timestamp?: string;
  severity?: string;
  message?: { msg?: string; error?: unknown; operation_id?: string; details?: unknown } | string | null;
}
