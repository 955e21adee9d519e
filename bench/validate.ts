import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, interleave, timeProcess } from './benchmark.ts';
import { brokenManifestOf, manifestOf } from './validate/manifests.ts';

const root = join(import.meta.dirname, '..');
const languageServer = join(root, 'node_modules/yaml-language-server/bin/yaml-language-server');

/** V1–V4: `amp validate` beside an empty Node process, the bare yaml parse, and the YAML language server. */
const benchmark: Benchmark = {
  name: 'validate',
  about: 'milliseconds over node -e 0 for valid files of 50, 1,000 and 20,000 lines, and for an invalid one',
  async run({ rounds = '9' }) {
    execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit', cwd: root });
    const dir = mkdtempSync(join(tmpdir(), 'amp-bench-'));
    try {
      return await measure(dir, Number(rounds));
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
};

async function measure(dir: string, rounds: number) {
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const small = file('50.yaml', manifestOf(50));
  const middle = file('1000.yaml', manifestOf(1000));
  const large = file('20000.yaml', manifestOf(20_000));
  const broken = file('broken.yaml', brokenManifestOf(1000));
  const bare = file(
    'bare.cjs',
    `require(${JSON.stringify(join(root, 'node_modules/yaml'))}).parseDocument(require('fs').readFileSync(process.argv[2],'utf8'))`,
  );
  const amp = (path: string, code = 0) => timeProcess([join(root, 'bin/amp.js'), 'validate', path], { cwd: dir, code });
  const taken = await interleave(
    {
      node: () => timeProcess(['-e', '0']),
      small: () => amp(small),
      middle: () => amp(middle),
      large: () => amp(large),
      broken: () => amp(broken),
      yaml1000: () => timeProcess([bare, middle]),
      yaml20000: () => timeProcess([bare, large]),
      languageServer1000: () => timeLanguageServer(manifestOf(1000)),
    },
    rounds,
  );
  return {
    nodeMs: taken.node,
    lines50OverNodeMs: taken.small - taken.node,
    lines1000OverNodeMs: taken.middle - taken.node,
    lines20000OverNodeMs: taken.large - taken.node,
    invalid1000OverNodeMs: taken.broken - taken.node,
    bareYaml1000OverNodeMs: taken.yaml1000 - taken.node,
    bareYaml20000OverNodeMs: taken.yaml20000 - taken.node,
    languageServerTimesSlower: taken.languageServer1000 / taken.middle,
  };
}

/** From spawn to the first diagnostics of one file, as an editor sees it. */
function timeLanguageServer(text: string): Promise<number> {
  const start = performance.now();
  const server = spawn(process.execPath, [languageServer, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  send({ id: 1, method: 'initialize', params: { processId: process.pid, rootUri: null, capabilities: {} } });
  send({ method: 'initialized', params: {} });
  send({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri: 'file:///amp.yaml', languageId: 'yaml', version: 1, text } },
  });
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!output.includes('textDocument/publishDiagnostics')) return;
      resolve(performance.now() - start);
      server.kill();
    });
    server.on('error', reject);
  });
}

export default benchmark;
