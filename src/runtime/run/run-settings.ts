/** What the command line of `amp run` decides. */
export interface RunSettings {
  /** `127.0.0.1:4400`; absent: no TCP listener. */
  listen?: string;
  /** `http://127.0.0.1:4400`, where the API serves downloads too; absent when the port is not known beforehand. */
  apiUrl?: string;
  /** Path of the Unix socket; absent: the default one in the state folder. */
  socket?: string;
  /** Scheduled reads of an org stop when this share (0–1) of its daily API calls is used; the rest is the customer's own. */
  apiShare: number;
  /** Failed runs in a row after which an object is paused. */
  pauseAfterFailures: number;
  /** Scheduled reads and backfills under way at once, over all orgs. */
  concurrentReads: number;
  /** Reads under way at once in one org. */
  concurrentReadsPerOrg: number;
  /** How long services may finish what they are at. */
  graceMs: number;
}

export const defaultRunSettings: RunSettings = {
  apiShare: 0.8,
  pauseAfterFailures: 5,
  concurrentReads: 16,
  concurrentReadsPerOrg: 4,
  graceMs: 9_000,
};
