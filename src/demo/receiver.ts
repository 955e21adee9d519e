import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** The product's side of the story: a webhook receiver that trusts nothing but the signature. */
export interface DemoReceiver {
  url: string;
  /** The destination's secret, known once the destination exists. */
  trust(secret: string): void;
  /** Answers the next `count` requests with 500. */
  failNext(count: number): void;
  readonly tally: ReceiverTally;
  stop(): Promise<void>;
}

export interface ReceiverTally {
  messages: number;
  records: number;
  badSignatures: number;
  refused: number;
  /** Distinct Salesforce record ids seen. */
  ids: Set<string>;
}

/** Listens on a free loopback port and verifies every message with the independent standardwebhooks library. */
export async function startReceiver(): Promise<DemoReceiver> {
  const tally: ReceiverTally = { messages: 0, records: 0, badSignatures: 0, refused: 0, ids: new Set() };
  let webhook: Webhook | undefined;
  let failing = 0;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      if (failing > 0) {
        failing--;
        tally.refused++;
        response.writeHead(500, { 'content-type': 'text/plain' }).end('the receiver is down for a moment');
        return;
      }
      try {
        if (!webhook) throw new Error('no secret yet');
        webhook.verify(body, request.headers as Record<string, string>);
      } catch {
        tally.badSignatures++;
        response.writeHead(401).end();
        return;
      }
      const message = JSON.parse(body) as { result?: { raw?: { Id?: string } }[] };
      tally.messages++;
      for (const entry of message.result ?? []) {
        tally.records++;
        if (entry.raw?.Id) tally.ids.add(entry.raw.Id);
      }
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    trust(secret) {
      webhook = new Webhook(secret);
    },
    failNext(count) {
      failing = count;
    },
    tally,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
