import type { RuntimeService } from '../runtime/run/runtime-service.ts';
import { serveApi } from './serve-api.ts';

/** The HTTP API as a service of `amp run`: on the socket always, on a loopback port with `--listen`. */
export function createApiService(): RuntimeService {
  let isListening = false;
  return {
    name: 'api',
    waitForReady: true,
    health: () => ({ ok: true, ready: isListening }),
    async run(world, signal) {
      const { listen, socket, graceMs } = world.settings;
      // A second less than the runtime waits: what is overdue is told here, not cut there.
      const api = await serveApi({ world, listen, socket, signal, graceMs: Math.max(graceMs - 1_000, 0) });
      isListening = true;
      world.logger.info(
        'api',
        `The API is at ${api.socketPath}${api.url ? ` and ${api.url}, with the key in ${api.keyPath}` : ''}.`,
      );
      await api.stopped;
      isListening = false;
    },
  };
}
