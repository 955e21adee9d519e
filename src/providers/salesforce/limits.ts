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
