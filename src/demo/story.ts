import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { groupDigits } from '../platform/group-digits.ts';
import { randomBase62 } from '../platform/ids.ts';
import type { RunningEmulator } from '../providers/salesforce/index.ts';
import { demoManifest, mistakenManifest } from './manifest.ts';
import { type DemoReceiver, startReceiver } from './receiver.ts';
import { createStage, type Stage } from './stage.ts';

export interface DemoResult {
  contacts: number;
  accounts: number;
  /** Signed messages the receiver verified, and the records in them. */
  messages: number;
  records: number;
  badSignatures: number;
  /** Requests the receiver refused on purpose. */
  refused: number;
  durationMs: number;
}

const contacts = 10_000;
const accounts = 1_000;

/**
 * Tells the whole story in a temporary folder and a home of its own, with real commands against the embedded emulator, and
 * leaves nothing behind. Throws `demo-step-failed` when a step, or the count at the end, is not what it should be.
 */
export async function tellStory(context: Context): Promise<DemoResult> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'amp-demo-'));
  const { announceEmulator, startEmulator } = await import('../providers/salesforce/index.ts');
  let emulator: RunningEmulator | undefined;
  let receiver: DemoReceiver | undefined;
  try {
    receiver = await startReceiver();
    emulator = await startEmulator({
      org: { path: ':memory:', seed: 'crm', records: { Contact: contacts, Account: accounts } },
    });
    const { url, clientId, clientSecret, username, password, securityToken } = emulator;
    announceEmulator(join(folder, 'data'), {
      url,
      clientId,
      clientSecret,
      username,
      password,
      securityToken,
      pid: process.pid,
    });
    const project = join(folder, 'acme-sync');
    await mkdir(project);
    const stage = createStage({
      output: context.output,
      folder: project,
      env: stageEnvironment(context, folder, emulator.url),
      signal: context.signal,
    });
    await writeManifestChapter(stage, project);
    await deployChapter(stage, receiver);
    await connectChapter(stage, emulator);
    await backfillChapter(stage, receiver);
    await changesChapter(stage, receiver);
    await outageChapter(stage, receiver);
    await lookBackChapter(stage);
    const { tally } = receiver;
    const result = {
      contacts,
      accounts,
      messages: tally.messages,
      records: tally.records,
      badSignatures: tally.badSignatures,
      refused: tally.refused,
      durationMs: Math.round(performance.now() - startedAt),
    };
    checkEnding(result, tally.ids);
    return result;
  } finally {
    await emulator?.stop();
    await receiver?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing of the user's is read or touched: config, secrets and state live in the folder and go with it. */
function stageEnvironment(context: Context, folder: string, emulatorUrl: string): Record<string, string> {
  const { env } = context.config;
  const kept = Object.fromEntries(
    ['NO_COLOR', 'TERM', 'TZ', 'HOME'].flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  return {
    ...kept,
    COLUMNS: String(Math.min(context.output.width, 80)),
    ...(context.output.style.enabled && !context.output.json ? { FORCE_COLOR: '1' } : {}),
    AMP_CONFIG_DIR: join(folder, 'config'),
    AMP_CACHE_DIR: join(folder, 'cache'),
    AMP_DATA_DIR: join(folder, 'data'),
    AMP_CREDENTIAL_STORE: 'file',
    AMP_CREDENTIAL_PASSPHRASE: randomBase62(32),
    AMP_EMULATOR_URL: emulatorUrl,
    // The story has a minute: retry after a second where a real receiver would get five, five minutes, half an hour …
    AMP_DELIVERY_SCHEDULE: '1s,1s,2s,2s,2s,2s,2s',
  };
}

async function writeManifestChapter(stage: Stage, project: string): Promise<void> {
  stage.chapter('One file says it all', 'amp.yaml: which objects, which fields, how often, and where the records go.');
  stage.file('amp.yaml', demoManifest);
  await writeFile(join(project, 'amp.yaml'), mistakenManifest);
  stage.say('\nA slip of the finger first: every five minutes, where ten is the floor.');
  await stage.amp(['validate'], { exit: 1 });
  await writeFile(join(project, 'amp.yaml'), demoManifest);
  stage.say('\nMended:');
  await stage.amp(['validate']);
}

async function deployChapter(stage: Stage, receiver: DemoReceiver): Promise<void> {
  stage.chapter('Plan, then deploy', 'A destination has one name everywhere and its own address in each environment.');
  const added = await stage.amp(
    ['destinations', 'add', 'crmEvents', '--url', receiver.url, '--allow-private-network', '--json'],
    {
      shown: 'destinations add crmEvents --url http://localhost:4000/webhooks --allow-private-network',
      hideOutput: true,
    },
  );
  receiver.trust((JSON.parse(added) as { secret: string }).secret);
  stage.say('The receiver has the signing secret and will trust nothing without a signature.');
  await stage.amp(['diff']);
  await stage.amp(['deploy', '--yes', '--message', 'first version'], { hideOutput: true });
  await stage.amp(['revisions']);
}

async function connectChapter(stage: Stage, emulator: RunningEmulator): Promise<void> {
  stage.chapter('Connect an org', 'The emulator speaks Salesforce: OAuth, REST, SOQL, Bulk API 2.0, change events.');
  stage.say(
    `It listens on ${emulator.url} with ${groupDigits(contacts)} contacts and ${groupDigits(accounts)} accounts.`,
  );
  await stage.amp(['org', 'login', '--emulator', '--alias', 'acme']);
  await stage.amp(['install', 'crmSync', '--group', 'acme', '--org', 'acme', '--map', 'score=Score__c']);
}

async function backfillChapter(stage: Stage, receiver: DemoReceiver): Promise<void> {
  stage.chapter('Backfill', 'Bulk API 2.0 → typed → mapped → signed messages of at most 300,000 bytes.');
  await stage.amp(['backfill', 'contact', '--group', 'acme', '--full', '--deliver']);
  reportTally(stage, receiver);
}

async function changesChapter(stage: Stage, receiver: DemoReceiver): Promise<void> {
  stage.chapter(
    'What changed since',
    'Somebody works in the org; a trigger read brings what is new and leaves the schedule alone.',
  );
  for (const name of ['Quayline Logistics', 'Umber & Sons']) {
    await stage.amp(['emulator', 'change', 'create', 'Account', '--set', `Name=${name}`, '--set', 'Industry=Shipping']);
  }
  await stage.amp(['read', 'account', '--group', 'acme', '--since', '1m', '--deliver']);
  reportTally(stage, receiver);
}

async function outageChapter(stage: Stage, receiver: DemoReceiver): Promise<void> {
  stage.chapter(
    'Something breaks',
    'The receiver answers 500 twice. Same message, same id, same bytes, until it is taken.',
  );
  receiver.failNext(2);
  await stage.amp(['read', 'account', '--group', 'acme', '--since', '1m', '--deliver']);
  reportTally(stage, receiver);
}

async function lookBackChapter(stage: Stage): Promise<void> {
  stage.chapter('At 3 a.m.', 'What ran, for whom, how it ended; and the log of one operation.');
  const listed = await stage.amp(['operations', '--json', '--type', 'read', '--limit', '1'], { silent: true });
  const operation = newestId(listed);
  await stage.amp(['operations']);
  await stage.amp(['logs', operation]);
}

function newestId(listed: string): string {
  const id = /"id":\s*"(op_[0-9A-Za-z]+)"/.exec(listed)?.[1];
  if (id) return id;
  throw new AmpError({ code: 'demo-step-failed', message: 'amp operations --json named no operation.' });
}

function reportTally(stage: Stage, { tally }: DemoReceiver): void {
  const count = (value: number) => groupDigits(value);
  stage.say(
    `\nThe receiver has verified ${count(tally.messages)} messages with ${count(tally.records)} records, ${count(tally.ids.size)} of them distinct.`,
  );
}

function checkEnding(result: DemoResult, ids: ReadonlySet<string>): void {
  const contactIds = [...ids].filter((id) => id.startsWith('003')).length;
  const faults = [
    result.badSignatures > 0 ? `${result.badSignatures} messages had a wrong signature` : undefined,
    contactIds < contacts ? `${contacts - contactIds} contacts never arrived` : undefined,
    result.refused !== 2 ? `the receiver refused ${result.refused} messages instead of 2` : undefined,
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0)
    throw new AmpError({ code: 'demo-step-failed', message: `The story ended wrong: ${faults.join('; ')}.` });
}
