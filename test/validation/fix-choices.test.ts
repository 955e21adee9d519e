import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import type { Prompter } from '../../src/output/prompt.ts';
import { checkTarget } from '../../src/validation/check-files.ts';
import { fixTarget } from '../../src/validation/fix-files.ts';
import { makeFolder } from '../manifest/amp.ts';

const text = (period: string) => `specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: contact
          destination: events
          optionalFieldsAuto: all
          backfill:
            defaultPeriod:
${period}`;
const both = text('              days: 90\n              fullHistory: true\n');

/** A person who answers every question with the choice of this label, or nobody at all. */
async function repair(label: string | undefined): Promise<string> {
  const dir = makeFolder({ 'amp.yaml': both });
  const target = { file: 'amp.yaml', path: join(dir, 'amp.yaml') };
  const prompt = {
    available: label !== undefined,
    choose: async (_question: string, { choices }: { choices: { value: string; label: string }[] }) =>
      choices.find((choice) => choice.label === label)!.value,
  } as unknown as Prompter;
  await fixTarget({ prompt } as Context, await checkTarget(target, async () => Buffer.alloc(0), {}), {}, false);
  return readFileSync(target.path, 'utf8');
}

test('days beside fullHistory is a question: either answer is carried out, none leaves the file alone', async () => {
  expect(await repair('kept days: 90')).toBe(text('              days: 90\n'));
  expect(await repair('kept fullHistory')).toBe(text('              fullHistory: true\n'));
  expect(await repair('leave it as it is')).toBe(both);
  expect(await repair(undefined)).toBe(both);
});
