import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { readPrivateFile, removeFile, writePrivateFile } from '../platform/files.ts';
import type { CredentialStore } from './credential-store.ts';
import { type Sealed, seal, unseal } from './seal.ts';
import { Secret } from './secret.ts';

/** What amp uses of keytar; the tests' own keychains have the same three methods. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
  /** Called when an answer was not waited for. */
  abandon?(): void;
}

export interface KeychainOptions {
  /** Encrypted files for secrets that no keychain entry can hold; 0700. */
  overflowDir: string;
  load: () => Promise<Keychain>;
  timeoutMs?: number;
}

const service = 'amp';
// Windows takes 2,560 bytes an entry, macOS about 3,000.
const largestEntryBytes = 2500;
const overflowPrefix = 'amp-overflow:';

/**
 * The OS keychain. A secret too large for an entry goes to an encrypted file whose random key is the entry. Every call has a
 * time limit: an unlock dialog nobody sees must not hang the program. keytar answers `null` for a locked keyring as well as
 * for a missing entry; who knows that an entry should be there must say so (`openOrg` does, from the registry).
 */
export function createKeychainStore(options: KeychainOptions): CredentialStore {
  const timeoutMs = options.timeoutMs ?? 3000;
  let keychain: Promise<Keychain> | undefined;
  const call = async <Result>(work: (keychain: Keychain) => Promise<Result>): Promise<Result> => {
    keychain ??= options.load();
    try {
      return await within(timeoutMs, keychain.then(work));
    } catch (error) {
      if (error instanceof AmpError) keychain.then((hung) => hung.abandon?.());
      throw keychainError(error);
    }
  };
  const overflowPath = (account: string) =>
    join(options.overflowDir, `${createHash('sha256').update(account).digest('hex').slice(0, 40)}.json`);

  return {
    backend: 'keychain',
    async get(account) {
      const entry = await call((keys) => keys.getPassword(service, account));
      if (entry === null) return undefined;
      if (!entry.startsWith(overflowPrefix)) return new Secret(entry);
      const path = overflowPath(account);
      const file = await readPrivateFile(path);
      const text = file && openOverflow(entry, file, account);
      if (text === undefined) {
        throw new AmpError({ code: 'credential-damaged', message: `${path} is missing or damaged.` });
      }
      return new Secret(text);
    },
    async set(account, secret) {
      const text = secret.reveal();
      const path = overflowPath(account);
      if (Buffer.byteLength(text) <= largestEntryBytes && !text.startsWith(overflowPrefix)) {
        await call((keys) => keys.setPassword(service, account, text));
        await removeFile(path);
        return;
      }
      // One key per account for its whole life: file and entry change at different moments, and either order must open.
      const before = await call((keys) => keys.getPassword(service, account));
      const entry = before?.startsWith(overflowPrefix)
        ? before
        : `${overflowPrefix}${randomBytes(32).toString('base64')}`;
      await writePrivateFile(path, `${JSON.stringify(seal(overflowKey(entry), text, account))}\n`);
      if (entry !== before) await call((keys) => keys.setPassword(service, account, entry));
    },
    async delete(account) {
      const deleted = await call((keys) => keys.deletePassword(service, account));
      return (await removeFile(overflowPath(account))) || deleted;
    },
  };
}

/** Writes, reads and deletes a harmless entry. Throws why the keychain cannot be used. */
export async function probeKeychain(store: CredentialStore): Promise<void> {
  const account = 'amp-probe';
  const value = randomBytes(8).toString('hex');
  await store.set(account, new Secret(value));
  const back = await store.get(account);
  await store.delete(account);
  if (back?.reveal() !== value) {
    throw new AmpError({
      code: 'credential-store-locked',
      message: 'The OS keychain is locked: it forgot what was just stored.',
    });
  }
}

const overflowKey = (entry: string) => Buffer.from(entry.slice(overflowPrefix.length), 'base64');

function openOverflow(entry: string, file: Buffer, account: string): string | undefined {
  try {
    return unseal(overflowKey(entry), JSON.parse(file.toString('utf8')) as Sealed, account);
  } catch {
    return undefined;
  }
}

async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new AmpError({
          code: 'credential-store-timeout',
          message: `The OS keychain did not answer within ${timeoutMs / 1000} seconds.`,
        }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** keytar's errors carry no code; their texts are those of libsecret, Keychain Services and wincred. */
function keychainError(error: unknown): AmpError {
  if (error instanceof AmpError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const locked = /Object does not exist at path|locked|interaction is not allowed|user canceled|prompt was dismissed/i;
  if (locked.test(text)) {
    return new AmpError({
      code: 'credential-store-locked',
      message: 'The OS keychain is locked or was never unlocked in this session.',
      causes: [text],
      cause: error,
    });
  }
  const reason = /D-?Bus|autolaunch|DISPLAY/i.test(text)
    ? 'no D-Bus session is running'
    : /org\.freedesktop\.secrets/.test(text)
      ? 'no secret service (gnome-keyring, KWallet) is running'
      : /native addon|Cannot find (?:module|package)|libsecret|\.node/.test(text)
        ? 'its library could not be loaded (is libsecret-1-0 installed?)'
        : text;
  return new AmpError({
    code: 'credential-store-unavailable',
    message: `The OS keychain cannot be used: ${reason}.`,
    causes: [text],
    cause: error,
  });
}
