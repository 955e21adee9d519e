import { spawn } from 'node:child_process';

export interface EmulatorProcess {
  url: string;
  accessToken: string;
  /** Calls that count against the API allowance, so far. */
  apiCalls(): Promise<number>;
  stop(): Promise<void>;
}

/** The emulator as a process of its own, signed in to. */
export async function startEmulatorProcess(args: readonly string[] = []): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, ['bin/amp.js', 'emulator', 'start', '--port', '0', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const { url, clientId, clientSecret } = await new Promise<Record<'url' | 'clientId' | 'clientSecret', string>>(
    (resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
      });
    },
  );
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: accessToken } = (await answer.json()) as { access_token: string };
  return {
    url,
    accessToken,
    async apiCalls() {
      const headers = { authorization: `Bearer ${accessToken}` };
      const { headers: answered } = await fetch(`${url}/services/data/v66.0/limits`, { headers });
      return Number(/api-usage=(\d+)/.exec(answered.get('sforce-limit-info') ?? '')?.[1]);
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}
