import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amp, makeFolder } from './amp.ts';
import { LanguageServer } from './language-server.ts';

describe('an editor with the YAML language server', { timeout: 60_000 }, () => {
  const server = new LanguageServer();
  const dir = makeFolder({});
  const uri = (name: string) => pathToFileURL(join(dir, name)).href;
  const modeline = '# yaml-language-server: $schema=.amp/manifest.schema.json\n';

  beforeAll(async () => {
    amp(dir, ['init', '--yes']);
    await server.start();
  });
  afterAll(() => server.stop());

  test('has nothing to say about what amp init writes', async () => {
    const text = readFileSync(join(dir, 'amp.yaml'), 'utf8');
    expect(await server.open(uri('amp.yaml'), text)).toEqual([]);
  });

  test('underlines a misspelt key and a wrong value', async () => {
    const text = `${modeline}specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: account
          scheduel: "*/15 * * * *"
          optionalFieldsAuto: some
`;
    const messages = (await server.open(uri('wrong.yaml'), text)).map((one) => one.message);
    expect(messages.some((message) => message.includes('scheduel'))).toBe(true);
    expect(messages.some((message) => message.includes('"all"'))).toBe(true);
  });

  test('completes keys and enum values, and explains a key', async () => {
    const text = `${modeline}specVersion: 1.0.0
integrations:
  - name: crm
    provider: salesforce
    read:
      objects:
        - objectName: account
          optionalFieldsAuto: ${''}
          s
`;
    await server.open(uri('typing.yaml'), text);
    const lines = text.split('\n');
    const at = (word: string) => lines.findIndex((line) => line.includes(word));
    expect(await server.complete(uri('typing.yaml'), at('optionalFieldsAuto'), 30)).toContain('all');
    const keys = await server.complete(uri('typing.yaml'), at('optionalFieldsAuto') + 1, 11);
    expect(keys).toContain('schedule');
    expect(await server.hover(uri('typing.yaml'), at('objectName'), 14)).toContain("object's API name");
  });
});
