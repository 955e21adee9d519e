import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypted text with what is needed to open it again, as it stands in a file. All values base64. */
export interface Sealed {
  iv: string;
  tag: string;
  data: string;
}

/** AES-256-GCM under a 32-byte key. `owner` is authenticated with it: a file moved to another account does not open. */
export function seal(key: Uint8Array, text: string, owner: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

/** The text, or undefined when the key, the owner or a single bit is not the one it was sealed with. */
export function unseal(key: Uint8Array, sealed: Sealed, owner: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 })
      .setAAD(Buffer.from(owner))
      .setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
