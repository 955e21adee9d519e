import { createHash, randomBytes, scrypt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { readPrivateFile, removeFile, writePrivateFile } from '../platform/files.ts';
import type { CredentialStore } from './credential-store.ts';
import { type Sealed, seal, unseal } from './seal.ts';
import { Secret } from './secret.ts';

/**
 * The opt-in store for machines without a keychain: one AES-256-GCM file per account, under a key made from a passphrase
 * (scrypt, 128 MB and a third of a second per guess) or from a key file that lives elsewhere.
 */
export interface FileStoreOptions {
  /** 0700; one 0600 file an account. */
  dir: string;
  unlock: { passphrase: Secret } | { keyFile: string };
}

interface CredentialFile extends Sealed {
  format: 'amp-credential';
  version: 1;
  kdf: { name: 'scrypt'; n: number; r: number; p: number; salt: string } | { name: 'key-file' };
}

/** Throws `credential-store-locked` for a wrong key, `credential-store-unavailable` for an unusable key file. */
export function createFileStore({ dir, unlock }: FileStoreOptions): CredentialStore {
  const keys = new Map<string, Promise<Buffer>>();
  const pathOf = (account: string) =>
    join(dir, `${createHash('sha256').update(account).digest('hex').slice(0, 40)}.json`);

  const keyFor = (kdf: CredentialFile['kdf'], path: string): Promise<Buffer> => {
    const name = kdf.name === 'scrypt' ? kdf.salt : '';
    let key = keys.get(name);
    if (!key) {
      key = deriveKey(kdf, unlock, dir, path);
      // A failed derivation (a key file that is not there yet) is tried again.
      key.catch(() => keys.delete(name));
      keys.set(name, key);
    }
    return key;
  };

  const load = async (account: string): Promise<CredentialFile | undefined> => {
    const bytes = await readPrivateFile(pathOf(account));
    return bytes && parseCredentialFile(bytes, pathOf(account));
  };

  return {
    backend: 'file',
    async get(account) {
      const file = await load(account);
      if (!file) return undefined;
      const text = unseal(await keyFor(file.kdf, pathOf(account)), file, owner(account));
      if (text !== undefined) return new Secret(text);
      const what = 'passphrase' in unlock ? 'AMP_CREDENTIAL_PASSPHRASE' : unlock.keyFile;
      throw new AmpError({
        code: 'credential-store-locked',
        message: `${pathOf(account)} does not open with ${what}.`,
        hint: 'Give the passphrase or key file it was written with, or sign in again: amp org login.',
      });
    },
    async set(account, secret) {
      // The salt stays with the file: rewriting a token on each refresh must not cost a new derivation.
      const kdf =
        'keyFile' in unlock
          ? ({ name: 'key-file' } as const)
          : ((await scryptOf(load, account)) ?? (await scryptOfNeighbour(dir)) ?? newScrypt());
      const sealed = seal(await keyFor(kdf, pathOf(account)), secret.reveal(), owner(account));
      const file: CredentialFile = { format: 'amp-credential', version: 1, kdf, ...sealed };
      await writePrivateFile(pathOf(account), `${JSON.stringify(file)}\n`);
    },
    delete: (account) => removeFile(pathOf(account)),
  };
}

const owner = (account: string) => `amp-credential/1/${account}`;

const newScrypt = () =>
  ({
    name: 'scrypt',
    n: 2 ** 17,
    r: 8,
    p: 1,
    salt: randomBytes(16).toString('base64'),
  }) satisfies CredentialFile['kdf'];

async function scryptOf(load: (account: string) => Promise<CredentialFile | undefined>, account: string) {
  const kdf = (await load(account))?.kdf;
  return kdf?.name === 'scrypt' ? kdf : undefined;
}

/** Accounts of one store share a salt, so that a process that works for hundreds of orgs derives one key and not hundreds. */
async function scryptOfNeighbour(dir: string) {
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.endsWith('.json')) continue;
    const path = join(dir, name);
    const bytes = await readPrivateFile(path).catch(() => undefined);
    if (!bytes) continue;
    try {
      const { kdf } = parseCredentialFile(bytes, path);
      if (kdf.name === 'scrypt') return kdf;
    } catch {
      // Damaged: whoever reads that account is told.
    }
  }
  return undefined;
}

// Keys of this process: several stores may be open on one folder.
const derivedKeys = new Map<string, Promise<Buffer>>();
/** One derivation at a time: each takes 128 MB. */
let deriving: Promise<unknown> = Promise.resolve();

function deriveOnce({ n: N, r, p, salt }: Extract<CredentialFile['kdf'], { name: 'scrypt' }>, passphrase: string) {
  const name = createHash('sha256')
    .update(JSON.stringify([N, r, p, salt, passphrase]))
    .digest('base64');
  let key = derivedKeys.get(name);
  if (!key) {
    key = deriving.then(
      () =>
        new Promise<Buffer>((done, failed) =>
          scrypt(passphrase, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: 256 * N * r }, (error, derived) =>
            error ? failed(error) : done(derived),
          ),
        ),
    );
    deriving = key.catch(() => {});
    key.catch(() => derivedKeys.delete(name));
    derivedKeys.set(name, key);
  }
  return key;
}

async function deriveKey(
  kdf: CredentialFile['kdf'],
  unlock: FileStoreOptions['unlock'],
  dir: string,
  path: string,
): Promise<Buffer> {
  if (kdf.name === 'key-file') {
    if ('keyFile' in unlock) return readKeyFile(unlock.keyFile, dir);
    throw new AmpError({
      code: 'credential-store-locked',
      message: `${path} was written with a key file, not with a passphrase.`,
      hint: 'Set AMP_CREDENTIAL_KEY_FILE.',
    });
  }
  if (!('passphrase' in unlock)) {
    throw new AmpError({
      code: 'credential-store-locked',
      message: `${path} was written with a passphrase, not with a key file.`,
      hint: 'Set AMP_CREDENTIAL_PASSPHRASE.',
    });
  }
  return deriveOnce(kdf, unlock.passphrase.reveal().normalize('NFKC'));
}

async function readKeyFile(path: string, dir: string): Promise<Buffer> {
  const unusable = (message: string) =>
    new AmpError({
      code: 'credential-store-unavailable',
      message,
      hint: 'Make one outside the config folder: (umask 077; head -c 32 /dev/urandom > <path>), and set AMP_CREDENTIAL_KEY_FILE.',
    });
  if (!relative(resolve(dirname(dir)), resolve(path)).startsWith('..')) {
    throw unusable(`The key file ${path} lies beside what it encrypts.`);
  }
  const bytes = await readPrivateFile(path, { alone: true });
  if (!bytes) throw unusable(`The key file ${path} does not exist.`);
  if (bytes.length < 32) throw unusable(`The key file ${path} has ${bytes.length} bytes; 32 are needed.`);
  return createHash('sha256').update('amp-credential/1/key-file').update(bytes).digest();
}

function parseCredentialFile(bytes: Buffer, path: string): CredentialFile {
  const damaged = () => new AmpError({ code: 'credential-damaged', message: `${path} is damaged.` });
  let file: Partial<CredentialFile>;
  try {
    file = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw damaged();
  }
  if (file?.format !== 'amp-credential' || typeof file.data !== 'string' || !file.kdf) throw damaged();
  if (file.version !== 1) {
    throw new AmpError({
      code: 'credential-damaged',
      message: `${path} was written by a newer amp.`,
      hint: 'Upgrade amp.',
    });
  }
  const { kdf } = file;
  // Limits keep a tampered header from asking for hours of work or all memory.
  const sane = kdf.name === 'key-file' || (kdf.name === 'scrypt' && kdf.n <= 2 ** 20 && kdf.r <= 16 && kdf.p <= 4);
  if (!sane) throw damaged();
  return file as CredentialFile;
}
