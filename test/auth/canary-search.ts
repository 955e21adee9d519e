import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A text as it may be hidden: raw, base64 in its three alignments, hex, URL-encoded. */
export function disguises(text: string): string[] {
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from('\0'.repeat(shift) + text)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [...new Set([text, ...base64, Buffer.from(text).toString('hex'), encodeURIComponent(text)])];
}

export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files under `folder` that hold one of the forms, also inside gzip. What `except` matches does not count. */
export function searchFiles(folder: string, forms: string[], except?: RegExp): string[] {
  return filesUnder(folder).filter((file) => {
    const bytes = readFileSync(file);
    const texts = [bytes.toString('latin1')];
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) texts.push(gunzipSync(bytes).toString('latin1'));
    const whole = except ? texts.join('\n').replaceAll(except, '') : texts.join('\n');
    return forms.some((form) => whole.includes(form));
  });
}
