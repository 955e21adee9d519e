// Writes what is made from the code: docs/commands.md, docs/errors.md, docs/rules.md, schemas/ and the surface snapshot.
// With --check it only compares, and fails when a page is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderDocument } from '../src/api/openapi.ts';
import { routes } from '../src/api/routes/index.ts';
import { renderCommandReference, renderErrorReference } from '../src/cli/reference.ts';
import { describeSurface } from '../src/cli/surface.ts';
import { commands } from '../src/commands/index.ts';
import { fieldsOutputSchema } from '../src/custom-fields/output-schema.ts';
import { messageJsonSchema } from '../src/destinations/message-schema.ts';
import { catalog } from '../src/errors/catalog.ts';
import { manifestJsonSchema } from '../src/manifest/json-schema.ts';
import { ruleReference } from '../src/manifest/rule-reference.ts';
import { diffOutputSchema } from '../src/plan/output-schema.ts';
import { readOutputSchema } from '../src/runtime/read/output-schema.ts';
import { driftOutputSchema } from '../src/runtime/schema/output-schema.ts';
import { writeOutputSchema } from '../src/runtime/write/output-schema.ts';
import { validateOutputSchema } from '../src/validation/output-schema.ts';

const surface = await describeSurface(commands);
const pages: Record<string, string> = {
  'docs/commands.md': renderCommandReference(surface),
  'docs/errors.md': renderErrorReference(catalog),
  'docs/rules.md': ruleReference(),
  'schemas/manifest.schema.json': JSON.stringify(manifestJsonSchema(), null, 2),
  'schemas/openapi.json': JSON.stringify(renderDocument(routes), null, 2),
  'schemas/message.schema.json': JSON.stringify(messageJsonSchema(), null, 2),
  'schemas/output/backfill.schema.json': JSON.stringify(readOutputSchema('backfill'), null, 2),
  'schemas/output/diff.schema.json': JSON.stringify(diffOutputSchema(), null, 2),
  'schemas/output/org-drift.schema.json': JSON.stringify(driftOutputSchema(), null, 2),
  'schemas/output/org-fields-apply.schema.json': JSON.stringify(fieldsOutputSchema(), null, 2),
  'schemas/output/read.schema.json': JSON.stringify(readOutputSchema('read'), null, 2),
  'schemas/output/validate.schema.json': JSON.stringify(validateOutputSchema(), null, 2),
  'schemas/output/write.schema.json': JSON.stringify(writeOutputSchema(), null, 2),
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of Object.entries(pages)) {
  const content = `${text.trimEnd()}\n`;
  if (read(path) === content) continue;
  if (check) {
    stale++;
    console.error(`${path} is out of date: run npm run fix.`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    console.error(`wrote ${path}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
