import { defineCommand } from '../cli/command.ts';

export const run = defineCommand({
  name: 'run',
  summary: 'Do everything the manifest says, for every installation, until stopped',
  description:
    'The local runtime: scheduled reads and backfills, subscriptions, delivery, downloads and retention in one process. It notices deploys, installations and destinations that other commands change. One runs per project. See docs/running.md.',
  flags: {
    listen: {
      type: 'string',
      placeholder: 'host:port',
      summary: 'Serve the HTTP API over TCP, on loopback only',
    },
    socket: { type: 'string', placeholder: 'path', summary: 'Serve the HTTP API on this Unix socket' },
    'api-share': {
      type: 'number',
      min: 1,
      max: 100,
      placeholder: 'percent',
      summary: "Hold an org's scheduled reads when this share of its daily API calls is used (default 80)",
    },
    'pause-after': {
      type: 'number',
      min: 1,
      max: 1000,
      integer: true,
      placeholder: 'failures',
      summary: 'Pause an object after this many failed runs in a row (default 5)',
    },
  },
  examples: ['amp run', 'amp run --listen 127.0.0.1:4400', 'AMP_LOG_FORMAT=json amp run', 'amp run --json'],
  json: 'stream',
  async run(context, { flags }) {
    const { startRuntime } = await import('./start-runtime.ts');
    const { 'api-share': share, 'pause-after': pauseAfterFailures, listen, socket } = flags;
    await startRuntime(context, {
      ...(listen === undefined ? {} : { listen }),
      ...(socket === undefined ? {} : { socket }),
      ...(share === undefined ? {} : { apiShare: share / 100 }),
      ...(pauseAfterFailures === undefined ? {} : { pauseAfterFailures }),
    });
  },
});
