import { defineCommand } from '../cli/command.ts';

export const listen = defineCommand({
  name: 'listen',
  summary: 'Receive webhooks here, verify and show them',
  description:
    'A webhook receiver for development, on this machine only. Signatures are checked with the secret of every destination of this project that points to the port, or as --destination and --secret say. With --forward-to your own server gets each message untouched, and its answer is ours.',
  flags: {
    port: {
      type: 'number',
      integer: true,
      min: 0,
      max: 65_535,
      default: 4000,
      placeholder: 'port',
      summary: 'Port on 127.0.0.1',
    },
    'forward-to': { type: 'string', placeholder: 'url', summary: 'Pass messages on and answer as it does' },
    save: { type: 'string', placeholder: 'dir', summary: 'Keep each body as <id>.json' },
    respond: {
      type: 'number',
      integer: true,
      min: 200,
      max: 599,
      placeholder: 'status',
      summary: 'Answer this, to try out retries',
    },
    destination: { type: 'string', placeholder: 'name', summary: 'Verify with the secret of this one' },
    secret: { type: 'string', placeholder: '-|@file', summary: 'Verify with a whsec_… from stdin or a file' },
    bodies: { type: 'boolean', summary: 'Print the bodies too' },
    max: { type: 'number', integer: true, min: 1, placeholder: 'n', summary: 'Stop after so many messages' },
  },
  examples: [
    'amp listen',
    'amp listen --forward-to http://localhost:3000/webhooks --save fixtures',
    'amp listen --respond 500',
  ],
  json: 'stream',
  async run(context, { flags }) {
    const { runReceiver } = await import('../destinations/receiver/run-receiver.ts');
    const { renderReceivedEvent } = await import('../views/listen.ts');
    const { output } = context;
    return runReceiver(context, flags, {
      started: (url, checking) => {
        output.notice(`${output.errorStyle.bold(url)} is listening; signatures are ${checking}. Ctrl-C stops.`);
      },
      received: (event) => {
        if (output.json) output.line(event);
        else
          output.text(
            renderReceivedEvent(event, { style: output.style, width: output.width, bodies: flags.bodies ?? false }),
          );
      },
      ended: (summary) => {
        if (output.json) output.line(summary);
      },
    });
  },
});
