import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  id: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  at: number;
  status: number;
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** A webhook receiver that shares no code with the sender: it keeps what came and answers as told. */
export interface Receiver {
  url: string;
  received: Received[];
  /** Ids in order of acceptance (2xx). */
  accepted(): string[];
  /** How to answer from now on; a number is a status. */
  answer: number | Answer;
  verifies(received: Received, secret: string): boolean;
  close(): Promise<void>;
}

export async function startReceiver(answer: number | Answer = 204): Promise<Receiver> {
  const received: Received[] = [];
  const receiver: Receiver = {
    url: '',
    received,
    answer,
    accepted: () => received.filter(({ status }) => status >= 200 && status < 300).map(({ id }) => id),
    verifies: ({ headers, body }, secret) => {
      try {
        new Webhook(secret).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const entry: Received = {
      id: String(request.headers['svix-id']),
      headers: request.headers,
      body: Buffer.concat(chunks),
      at: Date.now(),
      status: 0,
    };
    received.push(entry);
    if (typeof receiver.answer === 'number') {
      entry.status = receiver.answer;
      response.writeHead(receiver.answer).end();
    } else {
      receiver.answer(entry, response);
      entry.status = response.statusCode;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}
