import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const binary = join(import.meta.dirname, '../../node_modules/yaml-language-server/bin/yaml-language-server');

interface Message {
  id?: number;
  method?: string;
  result?: unknown;
  params?: { uri?: string; diagnostics?: { message: string; range: unknown }[]; items?: unknown[] };
}

/** A YAML language server as an editor drives it: JSON-RPC over stdio (Language Server Protocol 3.17, "Base Protocol"). */
export class LanguageServer {
  private readonly child: ChildProcess;
  private buffer = Buffer.alloc(0);
  private nextId = 1;
  private readonly waiting = new Map<number, (result: unknown) => void>();
  private readonly diagnostics = new Map<string, (found: { message: string; range: unknown }[]) => void>();

  constructor() {
    this.child = spawn(process.execPath, [binary, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout!.on('data', (chunk: Buffer) => this.receive(chunk));
  }

  async start(): Promise<void> {
    await this.request('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    this.send({ method: 'initialized', params: {} });
  }

  /** Opens a document and gives the messages of its diagnostics. */
  open(uri: string, text: string): Promise<{ message: string }[]> {
    const found = new Promise<{ message: string }[]>((resolve) => this.diagnostics.set(uri, resolve));
    this.send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    });
    return found;
  }

  /** Labels offered at a zero-based position. */
  async complete(uri: string, line: number, character: number): Promise<string[]> {
    const answer = (await this.request('textDocument/completion', {
      textDocument: { uri },
      position: { line, character },
    })) as { items: { label: string }[] };
    return answer.items.map((item) => item.label);
  }

  async hover(uri: string, line: number, character: number): Promise<string> {
    const answer = (await this.request('textDocument/hover', {
      textDocument: { uri },
      position: { line, character },
    })) as {
      contents: { value: string };
    } | null;
    return answer?.contents.value ?? '';
  }

  stop(): void {
    this.child.kill();
  }

  private request(method: string, params: object): Promise<unknown> {
    const id = this.nextId;
    this.nextId += 1;
    this.send({ id, method, params });
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.child.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private receive(chunk: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    for (;;) {
      const headEnd = this.buffer.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.subarray(0, headEnd).toString())?.[1]);
      if (this.buffer.length < headEnd + 4 + length) return;
      const body = this.buffer.subarray(headEnd + 4, headEnd + 4 + length).toString();
      this.buffer = this.buffer.subarray(headEnd + 4 + length);
      this.handle(JSON.parse(body));
    }
  }

  private handle(message: Message): void {
    if (message.method === 'textDocument/publishDiagnostics') {
      this.diagnostics.get(message.params?.uri ?? '')?.(message.params?.diagnostics ?? []);
    } else if (message.method === 'workspace/configuration') {
      // No settings: the modeline alone names the schema.
      this.send({ id: message.id, result: message.params?.items?.map(() => null) });
    } else if (message.method !== undefined && message.id !== undefined) {
      this.send({ id: message.id, result: null });
    } else if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message.result);
      this.waiting.delete(message.id);
    }
  }
}
