import type { Clock } from '../../platform/clock.ts';
import type { State } from '../../store/state.ts';
import type { DestinationRecord } from '../destination.ts';
import { fillDownloadUrl, inlineDownload } from '../pack.ts';
import { type DownloadServer, startDownloadServer } from './download-server.ts';
import { createDownloads, type Downloads } from './downloads.ts';

/** What a sender needs to send messages that offer a download: a place that serves them, started when the first is there. */
export interface DownloadOffers {
  /** Starts serving when messages that offer a download wait. */
  prepare(): Promise<void>;
  /** The final body, or undefined when nothing serves yet (`prepare` first). */
  fill(offer: { downloadId: string; kind: DestinationRecord['kind']; body: Uint8Array }): Uint8Array | undefined;
  /** Resolves when all offers were fetched or have expired, at the deadline (epoch milliseconds), or when stopped. */
  waitUntilFetched(deadline: number, signal?: AbortSignal): Promise<number>;
  /** The ports of this machine it serves on. */
  ports(): readonly number[];
  stop(): Promise<void>;
}

/** `baseUrl`: where somebody else serves `createDownloads(…).answer` (the local runtime, a tunnel). */
export function createDownloadOffers(state: State, clock: Clock, baseUrl?: string): DownloadOffers {
  let downloads: Downloads | undefined;
  let server: DownloadServer | undefined;
  return {
    async prepare() {
      if (downloads) return;
      const waiting = state.db
        .prepare("SELECT 1 FROM outbox WHERE state = 'pending' AND download_id IS NOT NULL LIMIT 1")
        .get();
      if (!waiting) return;
      const made = createDownloads(state, () => clock.now());
      if (baseUrl === undefined) server = await startDownloadServer(made);
      downloads = made;
    },
    fill({ downloadId, kind, body }) {
      if (!downloads) return undefined;
      const content = inlineLimitsBytes[kind] > 0 ? downloads.content(downloadId) : undefined;
      const fits = content && body.byteLength + content.byteLength <= inlineLimitsBytes[kind];
      const inline = fits ? inlineDownload(body, { id: downloadId, content }) : undefined;
      return inline ?? fillDownloadUrl(body, downloadId, downloads.offer(downloadId, baseUrl ?? server!.baseUrl));
    },
    async waitUntilFetched(deadline, signal) {
      if (!server || !downloads) return 0;
      while (downloads.unfetched().length > 0 && clock.now() < deadline && !signal?.aborted) {
        await clock.sleep(checkMs, signal).catch(() => {});
      }
      return downloads.unfetched().length;
    },
    ports() {
      const { port } = new URL(baseUrl ?? server?.baseUrl ?? 'http://localhost');
      return port === '' ? [] : [Number(port)];
    },
    stop: async () => server?.stop(),
  };
}

const checkMs = 100;

/** Up to where a record that is too large for a message goes inside it after all. */
const inlineLimitsBytes: Record<DestinationRecord['kind'], number> = {
  webhook: 0,
  // A megabyte, less what the metadata and the key take at most.
  kinesis: 995_000,
  s3: Number.POSITIVE_INFINITY,
  file: Number.POSITIVE_INFINITY,
  stdout: Number.POSITIVE_INFINITY,
};
