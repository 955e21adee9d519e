import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAmp } from '../cli/run-amp.ts';
import { startReadWorld, type TestWorld } from './read-world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startReadWorld({ records: { Account: 5, Contact: 12 }, frozenClock: true });
});
afterAll(() => world.stop());

function amp(folder: string, ...args: string[]) {
  const env = {
    AMP_ORG_INSTANCE_URL: world.emulator.url,
    AMP_ORG_CLIENT_ID: world.emulator.clientId,
    AMP_ORG_CLIENT_SECRET: world.emulator.clientSecret,
    AMP_STATE_DIR: join(folder, 'state'),
    HOME: folder,
  };
  return runAmp([...args, '--json'], { cwd: folder, env });
}

function validator(command: string) {
  const ajv = new Ajv2020({ formats: { 'date-time': true } });
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, `../../schemas/output/${command}.schema.json`), 'utf8'),
  );
  const validate = ajv.compile(schema);
  return (value: unknown) => {
    expect(validate(value), JSON.stringify([value, validate.errors])).toBe(true);
  };
}

test('what backfill and read print as JSON is what their published schemas say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'amp-schema-'));
  const [checkBackfill, checkRead] = [validator('backfill'), validator('read')];
  const backfill = ['backfill', 'Contact', '--full', '--field', 'LastName'];
  const stream = await amp(folder, ...backfill);
  const lines = stream.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(13);
  for (const line of lines) checkBackfill(JSON.parse(line));
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'summary', records: 12 });

  const file = await amp(folder, ...backfill, '--output', 'contacts.ndjson', '--verify');
  checkBackfill(JSON.parse(file.stdout));
  expect(JSON.parse(file.stdout)).toMatchObject({ records: 12, output: { kind: 'file' } });

  mkdirSync(join(folder, 'inbox'));
  await amp(folder, 'destinations', 'add', 'inbox', '--folder', 'inbox');
  const read = await amp(folder, 'read', 'Contact', '--field', 'LastName', '--deliver', '--destination', 'inbox');
  checkRead(JSON.parse(read.stdout));
  expect(JSON.parse(read.stdout)).toMatchObject({ readType: 'triggered', output: { delivery: { delivered: 1 } } });
});
