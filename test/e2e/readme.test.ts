import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AmpResult, isolatedEnvironment, runAmp } from '../cli/run-amp.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const block = (language: string, number: number) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))][number]![1]!;

/** What a newcomer has: the manifest of the README in a folder, an empty home, and something that listens for webhooks. */
const home = mkdtempSync(join(tmpdir(), 'amp-readme-'));
const env = {
  ...isolatedEnvironment(home),
  AMP_CREDENTIAL_STORE: 'file',
  AMP_CREDENTIAL_PASSPHRASE: 'only for this test',
};
const received: { objectName: string; resultInfo: { numRecords: number } }[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    received.push(JSON.parse(body));
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(home, 'amp.yaml'), block('yaml', 0));
});

afterAll(async () => {
  await runAmp(['emulator', 'stop'], { cwd: home, env });
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

test('the session of the README works as it stands, with the manifest of the README', async () => {
  const emulatorPort = await freePort();
  const webhookPort = (receiver.address() as AddressInfo).port;
  const commands = block('console', 1)
    .split('\n')
    .filter((line) => line.startsWith('$ amp '))
    .map((line) => line.slice('$ amp '.length));
  expect(commands.length).toBeGreaterThan(6);
  const outputs = new Map<string, AmpResult>();
  for (const command of commands) {
    // Only the ports differ from what is printed: a test may not take fixed ones.
    const words = command.replace('localhost:4000', `localhost:${webhookPort}`).split(' ');
    if (words[1] === 'start') words.push('--port', String(emulatorPort));
    const result = await runAmp(words, { cwd: home, env });
    expect(result.code, `amp ${command}\n${result.stderr}`).toBe(0);
    outputs.set(words.slice(0, 2).join(' '), result);
  }
  expect(outputs.get('org login')!.stdout).toContain('Signed in to Emulated Org');
  expect(outputs.get('backfill contact')!.stdout).toContain('10,000 records of Contact');
  const contacts = received.filter(({ objectName }) => objectName === 'contact');
  expect(contacts.reduce((sum, { resultInfo }) => sum + resultInfo.numRecords, 0)).toBe(10_000);
}, 120_000);

test('a backfill into a file has exactly the rows of the org, also after one that was killed and one whose reader left', async () => {
  const args = ['backfill', 'contact', '--full', '--map', 'score=Score__c'];
  const amp = join(import.meta.dirname, '../../bin/amp.js');
  const head = execFileSync('sh', ['-c', `"${process.execPath}" "${amp}" ${args.join(' ')} | head -1`], {
    cwd: home,
    env,
    encoding: 'utf8',
  });
  expect(JSON.parse(head)).toHaveProperty('raw.Id');
  const killed = spawn(process.execPath, [amp, ...args, '--output', 'contacts.ndjson'], {
    cwd: home,
    env,
    stdio: 'ignore',
  });
  setTimeout(() => killed.kill('SIGKILL'), 700);
  await new Promise((resolve) => killed.once('close', resolve));
  const file = await runAmp([...args, '--output', 'contacts.ndjson'], { cwd: home, env });
  expect(file.code, file.stderr).toBe(0);
  const piped = await runAmp(args, { cwd: home, env });
  const lines = readFileSync(join(home, 'contacts.ndjson'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(10_000);
  expect(new Set(lines.map((line) => JSON.parse(line).raw.Id)).size).toBe(10_000);
  expect(piped.stdout.trimEnd().split('\n').sort()).toEqual([...lines].sort());
}, 60_000);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}
