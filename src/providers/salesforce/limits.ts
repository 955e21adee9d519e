import type { SalesforceClient } from './rest/client.ts';

/** API usage as `Sforce-Limit-Info` tells it with every answer (Salesforce REST guide, "Limit Info Header"). */
export interface ApiUsage {
  used: number;
  max: number;
}

/**
 * Reads `api-usage=18/15000`, by directive: orgs append others (`api-bursts=1/750`, `per-app-api-usage=17/250(appName=x)`),
 * in any order. Undefined when there is none.
 */
export function parseLimitInfo(header: string | undefined): ApiUsage | undefined {
  const match = /(?:^|[;,\s])api-usage\s*=\s*(\d+)\s*\/\s*(\d+)/i.exec(header ?? '');
  return match ? { used: Number(match[1]), max: Number(match[2]) } : undefined;
}

/** From this share on people are warned, once for each time it is crossed. */
export const usageAlertShare = 0.8;

export const usageShare = (usage: ApiUsage) => (usage.max > 0 ? usage.used / usage.max : 0);

/** Whether going from `before` to `now` crosses the alert share upwards. */
export function crossesUsageAlert(before: ApiUsage | undefined, now: ApiUsage): boolean {
  return usageShare(now) >= usageAlertShare && (before === undefined || usageShare(before) < usageAlertShare);
}

/** One allowance of the org. */
export interface OrgLimit {
  name: string;
  /** In words, for the ones people ask about. */
  label: string;
  used: number;
  max: number;
  /** 0 to 1. */
  share: number;
  alert: boolean;
}

const labels: Record<string, string> = {
  DailyApiRequests: 'API calls',
  DailyBulkApiBatches: 'Bulk batches',
  DailyBulkV2QueryJobs: 'Bulk query jobs',
  DailyBulkV2QueryFileStorageMB: 'Bulk query results (MB)',
  DailyStreamingApiEvents: 'Streaming events',
  DailyDeliveredPlatformEvents: 'Delivered events',
  HourlyPublishedPlatformEvents: 'Published events (hour)',
  MonthlyPlatformEventsUsageEntitlement: 'Change events (month)',
  DataStorageMB: 'Data storage (MB)',
  FileStorageMB: 'File storage (MB)',
};

/**
 * The org's allowances (REST guide, "Limits"): the ones that matter to integrations in a fixed order, with `all` then every
 * other one by name. Entries the org words differently are left out.
 */
export async function fetchLimits(client: SalesforceClient, all: boolean): Promise<OrgLimit[]> {
  const { body } = await client.json<Record<string, { Max?: unknown; Remaining?: unknown } | null>>({ path: 'limits' });
  const known = Object.keys(labels);
  const others = all
    ? Object.keys(body ?? {})
        .filter((name) => !known.includes(name))
        .sort()
    : [];
  return [...known, ...others].flatMap((name) => {
    const max = Number(body?.[name]?.Max);
    const remaining = Number(body?.[name]?.Remaining);
    if (!Number.isFinite(max) || !Number.isFinite(remaining)) return [];
    const used = max - remaining;
    const share = usageShare({ used, max });
    return [{ name, label: labels[name] ?? name, used, max, share, alert: share >= usageAlertShare }];
  });
}
