import type { Answer, Call } from '../server/call.ts';
import type { World } from '../world.ts';

/** Allocations of an Enterprise org; `DailyApiRequests` is the one that is enforced. */
const allocations: Record<string, number> = {
  ActiveScratchOrgs: 3,
  AnalyticsExternalDataSizeMB: 40_960,
  ConcurrentAsyncGetReportInstances: 200,
  ConcurrentSyncReportRuns: 20,
  DailyAsyncApexExecutions: 250_000,
  DailyBulkV2QueryFileStorageMB: 976_562,
  DailyBulkV2QueryJobs: 10_000,
  DailyDurableGenericStreamingApiEvents: 100_000,
  DailyDurableStreamingApiEvents: 100_000,
  DailyGenericStreamingApiEvents: 10_000,
  DailyScratchOrgs: 6,
  DailyStreamingApiEvents: 100_000,
  DailyWorkflowEmails: 1000,
  DataStorageMB: 10_240,
  DurableStreamingApiConcurrentClients: 1000,
  FileStorageMB: 10_240,
  HourlyODataCallout: 1000,
  HourlyPublishedPlatformEvents: 250_000,
  HourlyPublishedStandardVolumePlatformEvents: 1000,
  HourlySyncReportRuns: 500,
  HourlyTimeBasedWorkflow: 1000,
  MassEmail: 5000,
  MonthlyPlatformEvents: 1_500_000,
  SingleEmail: 5000,
  StreamingApiConcurrentClients: 1000,
};

export function listLimits(_call: Call, world: World): Answer {
  const { settings, usage } = world;
  const json: Record<string, unknown> = {};
  for (const [name, max] of Object.entries(allocations)) json[name] = remaining(max, usage.usedToday(name));
  json.DailyApiRequests = remaining(settings.dailyApiRequests, usage.inWindow());
  json.DailyBulkApiBatches = remaining(settings.dailyBulkBatches, usage.usedToday('DailyBulkApiBatches'));
  json.DailyDeliveredPlatformEvents = remaining(settings.dailyEvents, world.events.deliveredToday());
  json.MonthlyPlatformEventsUsageEntitlement = remaining(0, 0);
  json.PermissionSets = { Max: 1500, Remaining: 1499, CreateCustom: remaining(1000, 1) };
  return { status: 200, json: Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

const remaining = (max: number, used: number) => ({ Max: max, Remaining: Math.max(0, max - used) });

/** Objects without rows are left out; unknown names too. */
export function countRecords(call: Call, world: World): Answer {
  const asked = call.query
    .get('sObjects')
    ?.split(',')
    .map((name) => name.trim());
  const global = world.org.schema.describeGlobal(call.session!.userId, call.version) as {
    sobjects: { name: string }[];
  };
  const names = asked?.map((name) => world.org.schema.objectName(name)) ?? global.sobjects.map(({ name }) => name);
  const counted = names
    .filter((name) => name !== undefined)
    .map((name) => ({ count: world.org.count(name), name }))
    .filter(({ count }) => count > 0);
  return { status: 200, json: { sObjects: counted } };
}
