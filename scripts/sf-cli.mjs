// Runs the official Salesforce CLI, unmodified, against the emulator: `node scripts/sf-cli.mjs [folder]`.
// Not part of the test run: it installs about 600 MB into `folder` (a temporary one by default; give one to keep it).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const cliVersion = '2.150.6';
const nodePackage = 'node@22';

const root = resolve(import.meta.dirname, '..');
const given = process.argv[2];
const tools = given ? resolve(given) : mkdtempSync(join(tmpdir(), 'sf-tools-'));
const work = mkdtempSync(join(tmpdir(), 'sf-work-'));
const node22 = join(tools, 'node22/node_modules/node/bin/node');
const sfEntry = join(tools, 'sf/node_modules/@salesforce/cli/bin/run.js');

/** The CLI needs Node 22, which comes as a package; that package's install script fetches nothing but its own binary. */
function install() {
  mkdirSync(tools, { recursive: true });
  const npm = (...args) => execFileSync('npm', ['i', '--no-audit', '--no-fund', ...args], { stdio: 'inherit' });
  if (!existsSync(node22)) npm('--prefix', join(tools, 'node22'), nodePackage);
  if (!existsSync(sfEntry)) npm('--prefix', join(tools, 'sf'), '--ignore-scripts', `@salesforce/cli@${cliVersion}`);
}

const home = join(work, 'home');
mkdirSync(home);
const environment = {
  PATH: process.env.PATH,
  HOME: home,
  XDG_DATA_HOME: join(home, 'data'),
  SF_DISABLE_TELEMETRY: 'true',
  SF_AUTOUPDATE_DISABLE: 'true',
  SF_SKIP_NEW_VERSION_CHECK: 'true',
  SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  SFDX_DISABLE_DNS_CHECK: 'true',
  SF_DISABLE_LOG_FILE: 'true',
  SF_HIDE_RELEASE_NOTES: 'true',
  NO_COLOR: '1',
};

function amp(...args) {
  return execFileSync(process.execPath, [join(root, 'bin/amp.js'), ...args], {
    cwd: work,
    env: environment,
    encoding: 'utf8',
  });
}

let failures = 0;

function report(name, ok, detail, elapsedMs) {
  if (!ok) failures++;
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}  (${(elapsedMs / 1000).toFixed(1)} s)${ok ? '' : `\n      ${detail}`}`);
}

/** Runs one command, expects exit 0 and what `check` says about its output. Answers parsed JSON when there is some. */
function sf(name, args, check = () => true, more = {}) {
  const started = performance.now();
  const result = spawnSync(node22, [sfEntry, ...args], {
    cwd: work,
    env: { ...environment, ...more },
    encoding: 'utf8',
    timeout: 120_000,
  });
  const json = parse(result.stdout);
  let problem = result.status === 0 ? '' : `exit ${result.status}: ${(result.stdout + result.stderr).slice(0, 1500)}`;
  if (problem === '') {
    try {
      const verdict = check(json?.result ?? result.stdout, result.stdout);
      if (verdict !== true) problem = `unexpected: ${JSON.stringify(verdict ?? result.stdout).slice(0, 1500)}`;
    } catch (error) {
      problem = `${error.message}: ${result.stdout.slice(0, 1500)}`;
    }
  }
  report(name, problem === '', problem, performance.now() - started);
  return json?.result;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const lines = (file) => readFileSync(join(work, file), 'utf8').trim().split('\n');
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b) || { got: a, wanted: b };

/**
 * A browser for `sf org login web`: opens the page, fills the form in, follows the redirect back to the CLI. The CLI listens
 * for the redirect only once its launcher has ended, so the launcher returns at once and the page takes its time.
 */
function writeBrowser({ username, password }) {
  const page = join(work, 'browser.mjs');
  writeFileSync(
    page,
    `await new Promise((resolve) => setTimeout(resolve, 2000));
const page = await fetch(process.argv[2]);
const ticket = /name="ticket" value="([^"]+)"/.exec(await page.text())[1];
const body = new URLSearchParams({ ticket, username: ${JSON.stringify(username)}, password: ${JSON.stringify(password)}, decision: 'allow' });
const answer = await fetch(new URL('/services/oauth2/authorize', page.url), { method: 'POST', body, redirect: 'manual' });
await fetch(answer.headers.get('location'));
`,
  );
  const launcher = join(work, 'browser.sh');
  writeFileSync(launcher, `#!/bin/sh\n${process.execPath} ${page} "$1" >/dev/null 2>&1 &\n`, { mode: 0o700 });
  return launcher;
}

async function run() {
  install();
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(work, 'jwt.key'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(work, 'jwt.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const emulator = JSON.parse(
    amp('emulator', 'start', '--port', '0', '--detach', '--json', '--jwt-certificate', 'jwt.pem'),
  );
  try {
    await conform(emulator);
  } finally {
    amp('emulator', 'stop');
  }
}

async function conform(emulator) {
  const { url, clientId, clientSecret, username } = emulator;
  const token = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  }).then((response) => response.json());
  amp('emulator', 'change', 'setting', 'bulkPageRows=3000');
  amp(
    'emulator',
    'change',
    'field',
    'Account.CliKey__c',
    '--set',
    'type=string',
    '--set',
    'length:=40',
    '--set',
    'externalId:=true',
    '--set',
    'unique:=true',
  );
  console.log(
    `@salesforce/cli ${cliVersion} on ${execFileSync(node22, ['--version'], { encoding: 'utf8' }).trim()} against ${url}\n`,
  );

  const org = ['--target-org', 'emu'];
  sf(
    'org login jwt',
    [
      'org',
      'login',
      'jwt',
      '--client-id',
      clientId,
      '--jwt-key-file',
      'jwt.key',
      '--username',
      username,
      '--instance-url',
      url,
      '--alias',
      'jwt',
      '--json',
    ],
    (r) => same(r.username, username),
  );
  await webLogin(emulator);
  sf(
    'org login access-token',
    ['org', 'login', 'access-token', '--instance-url', url, '--no-prompt', '--alias', 'emu', '--json'],
    (r) => same(r.username, username),
    { SF_ACCESS_TOKEN: token.access_token },
  );
  sf('org display', ['org', 'display', ...org, '--json'], (r) => same(r.connectedStatus ?? 'Connected', 'Connected'));

  const created = sf(
    'data create record',
    [
      'data',
      'create',
      'record',
      '--sobject',
      'Account',
      '--values',
      "Name='Conformance Ltd' Phone=0041",
      ...org,
      '--json',
    ],
    (r) => r.success === true,
  );
  sf(
    'data get record',
    ['data', 'get', 'record', '--sobject', 'Account', '--where', "Name='Conformance Ltd'", ...org, '--json'],
    (r) => same([r.Id, r.Phone], [created.id, '0041']),
  );
  sf('data update record', [
    'data',
    'update',
    'record',
    '--sobject',
    'Account',
    '--record-id',
    created.id,
    '--values',
    'Phone=0042',
    ...org,
    '--json',
  ]);
  sf(
    'data query',
    ['data', 'query', '--query', `SELECT Id, Name, Phone FROM Account WHERE Id = '${created.id}'`, ...org],
    (_r, out) => /Conformance Ltd\W+0042/.test(out),
  );
  sf(
    'data query --result-format csv',
    [
      'data',
      'query',
      '--query',
      `SELECT Name, Phone FROM Account WHERE Id = '${created.id}'`,
      '--result-format',
      'csv',
      ...org,
    ],
    (_r, out) => same(out.trim(), 'Name,Phone\nConformance Ltd,0042'),
  );
  sf(
    'data query, aggregate',
    ['data', 'query', '--query', 'SELECT COUNT(Id) n, StageName FROM Opportunity GROUP BY StageName', ...org, '--json'],
    (r) => r.records.length > 1,
  );
  sf(
    'data search',
    ['data', 'search', '--query', 'FIND {Conformance} IN NAME FIELDS RETURNING Account(Id, Name)', ...org, '--json'],
    (r) =>
      same(
        r.searchRecords?.map(({ Id }) => Id),
        [created.id],
      ),
  );
  sf('data delete record', [
    'data',
    'delete',
    'record',
    '--sobject',
    'Account',
    '--record-id',
    created.id,
    ...org,
    '--json',
  ]);
  sf(
    'data query --all-rows',
    [
      'data',
      'query',
      '--all-rows',
      '--query',
      `SELECT Id, IsDeleted FROM Account WHERE Id = '${created.id}'`,
      ...org,
      '--json',
    ],
    (r) => same(r.records[0]?.IsDeleted, true),
  );

  bulk(org);

  sf('sobject list', ['sobject', 'list', ...org, '--json'], (r) => r.includes('Account') && r.includes('Contact'));
  sf('sobject describe', ['sobject', 'describe', '--sobject', 'Contact', ...org, '--json'], (r) =>
    same(r.name, 'Contact'),
  );
  sf('data export tree', [
    'data',
    'export',
    'tree',
    '--query',
    'SELECT Id, Name, (SELECT LastName FROM Contacts) FROM Account WHERE Id IN (SELECT AccountId FROM Contact) ORDER BY Id LIMIT 3',
    '--output-dir',
    'tree',
    ...org,
    '--json',
  ]);
  const exported = join(work, 'tree', 'Account-Contact.json');
  sf('data import tree', ['data', 'import', 'tree', '--files', exported, ...org, '--json'], (r) => r.length > 3);
  sf('org list limits', ['org', 'list', 'limits', ...org, '--json'], (r) =>
    r.some(({ name }) => name === 'DailyApiRequests'),
  );
  sf(
    'org list sobject record-counts',
    ['org', 'list', 'sobject', 'record-counts', '--sobject', 'Contact', ...org, '--json'],
    (r) => r[0].count >= 10_000,
  );
  sf('api request rest', ['api', 'request', 'rest', '/services/data/v66.0/limits', ...org], (_r, out) =>
    out.includes('DailyApiRequests'),
  );
  sf('org logout', ['org', 'logout', '--target-org', 'emu', '--no-prompt', '--json']);
}

function bulk(org) {
  sf(
    'data export bulk, several pages',
    [
      'data',
      'export',
      'bulk',
      '--query',
      'SELECT Id, LastName, Email FROM Contact',
      '--output-file',
      'contacts.csv',
      '--result-format',
      'csv',
      '--wait',
      '5',
      ...org,
      '--json',
    ],
    (r) => same([r.totalSize, lines('contacts.csv').length > r.totalSize], [10_000, true]),
  );
  const names = Array.from({ length: 500 }, (_, n) => `Bulk ${n},key-${n}`);
  writeFileSync(join(work, 'insert.csv'), `Name,CliKey__c\n${names.join('\n')}\n`);
  const inserted = sf(
    'data import bulk',
    [
      'data',
      'import',
      'bulk',
      '--sobject',
      'Account',
      '--file',
      'insert.csv',
      '--line-ending',
      'LF',
      '--wait',
      '5',
      ...org,
      '--json',
    ],
    (r) => same([r.processedRecords, r.failedRecords], [500, 0]),
  );
  sf('data bulk results', ['data', 'bulk', 'results', '--job-id', inserted.jobId, ...org, '--json'], (r) =>
    same(r.successfulRecords ?? r.processedRecords, 500),
  );
  writeFileSync(join(work, 'upsert.csv'), 'CliKey__c,Name\nkey-1,Changed 1\nkey-new,Fresh\n');
  sf(
    'data upsert bulk',
    [
      'data',
      'upsert',
      'bulk',
      '--sobject',
      'Account',
      '--file',
      'upsert.csv',
      '--external-id',
      'CliKey__c',
      '--line-ending',
      'LF',
      '--wait',
      '5',
      ...org,
      '--json',
    ],
    (r) => same(Number(r.jobInfo?.numberRecordsFailed ?? r.failedRecords ?? 0), 0),
  );
  const found = sf(
    'data query after upsert',
    [
      'data',
      'query',
      '--query',
      "SELECT Id, Name FROM Account WHERE CliKey__c IN ('key-1', 'key-new') ORDER BY Name",
      ...org,
      '--json',
    ],
    (r) =>
      same(
        r.records.map(({ Name }) => Name),
        ['Changed 1', 'Fresh'],
      ),
  );
  writeFileSync(join(work, 'update.csv'), `Id,Phone\n${found.records.map(({ Id }) => `${Id},007`).join('\n')}\n`);
  sf(
    'data update bulk',
    [
      'data',
      'update',
      'bulk',
      '--sobject',
      'Account',
      '--file',
      'update.csv',
      '--line-ending',
      'LF',
      '--wait',
      '5',
      ...org,
      '--json',
    ],
    (r) => same(Number(r.failedRecords ?? 0), 0),
  );
  writeFileSync(join(work, 'delete.csv'), `Id\n${found.records.map(({ Id }) => Id).join('\n')}\n`);
  sf(
    'data delete bulk',
    [
      'data',
      'delete',
      'bulk',
      '--sobject',
      'Account',
      '--file',
      'delete.csv',
      '--line-ending',
      'LF',
      '--wait',
      '5',
      ...org,
      '--json',
    ],
    (r) => same(Number(r.jobInfo?.numberRecordsFailed ?? 0), 0),
  );
  sf(
    'data query after delete',
    ['data', 'query', '--query', "SELECT Id FROM Account WHERE CliKey__c = 'key-1'", ...org, '--json'],
    (r) => same(r.totalSize, 0),
  );
}

/** The CLI listens on port 1717 and hands the page's address to the browser named by $BROWSER. */
function webLogin(emulator) {
  const started = performance.now();
  const browser = writeBrowser(emulator);
  const child = spawn(
    node22,
    [sfEntry, 'org', 'login', 'web', '--instance-url', emulator.url, '--alias', 'web', '--json'],
    {
      cwd: work,
      env: { ...environment, BROWSER: browser },
    },
  );
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const timer = setTimeout(() => child.kill(), 60_000);
  return new Promise((done) => {
    child.on('exit', (code) => {
      clearTimeout(timer);
      const ok = code === 0 && text.includes(emulator.username);
      report('org login web', ok, `exit ${code}: ${text.slice(0, 1500)}`, performance.now() - started);
      done();
    });
  });
}

try {
  await run();
} finally {
  rmSync(work, { recursive: true, force: true });
  if (!given) rmSync(tools, { recursive: true, force: true });
}
console.log(failures === 0 ? '\nEvery command went through.' : `\n${failures} commands failed.`);
process.exitCode = failures === 0 ? 0 : 1;
