import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CredentialStore } from '../../src/credentials/credential-store.ts';
import { createFileStore } from '../../src/credentials/file.ts';
import { createKeychainStore, type Keychain, probeKeychain } from '../../src/credentials/keychain.ts';
import { startKeychainProcess } from '../../src/credentials/keychain-process.ts';
import { createMemoryStore } from '../../src/credentials/memory.ts';
import { chooseCredentialStore } from '../../src/credentials/policy.ts';
import { Secret } from '../../src/credentials/secret.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'amp-secrets-'));

function keyFile(): string {
  const path = join(folder(), 'key');
  writeFileSync(path, randomBytes(32), { mode: 0o600 });
  return path;
}

/** A keychain as Windows has it: entries over 2,560 bytes are refused. */
function smallKeychain(): Keychain & { entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    getPassword: async (service, account) => entries.get(`${service}/${account}`) ?? null,
    async setPassword(service, account, value) {
      if (Buffer.byteLength(value) > 2560) throw new Error('The stub received bad data');
      entries.set(`${service}/${account}`, value);
    },
    deletePassword: async (service, account) => entries.delete(`${service}/${account}`),
  };
}

const stores: Record<string, () => CredentialStore> = {
  memory: () => createMemoryStore(),
  'file with a key file': () => createFileStore({ dir: join(folder(), 'c'), unlock: { keyFile: keyFile() } }),
  'file with a passphrase': () =>
    createFileStore({ dir: join(folder(), 'c'), unlock: { passphrase: new Secret('open sesame') } }),
  'a keychain with small entries': () =>
    createKeychainStore({ overflowDir: folder(), load: async () => smallKeychain() }),
};
// The real one: .ci/with-keyring runs these tests inside an unlocked, throw-away keyring.
if (process.env.AMP_TEST_KEYRING === '1') {
  stores['the keyring of this session'] = () =>
    createKeychainStore({ overflowDir: folder(), load: async () => startKeychainProcess(process.env) });
}

describe.each(Object.entries(stores))('%s', (_, make) => {
  const account = () => `00D:005:${randomBytes(4).toString('hex')}`;

  test('gives back what was put in, until it is deleted', async () => {
    const store = make();
    const name = account();
    expect(await store.get(name)).toBeUndefined();
    await store.set(name, new Secret('first'));
    await store.set(name, new Secret('second'));
    expect((await store.get(name))?.reveal()).toBe('second');
    expect(await store.delete(name)).toBe(true);
    expect(await store.get(name)).toBeUndefined();
    expect(await store.delete(name)).toBe(false);
  });

  test('keeps accounts apart', async () => {
    const store = make();
    const [a, b] = [account(), account()];
    await store.set(a, new Secret('of a'));
    await store.set(b, new Secret('of b'));
    await store.delete(a);
    expect(await store.get(a)).toBeUndefined();
    expect((await store.get(b))?.reveal()).toBe('of b');
    await store.delete(b);
  });

  test.each([
    ['umlauts and emoji', 'pä$$wörd 🔑 \u0001 "quoted"\n'],
    ['an RSA-4096 key', `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(3200)}\n-----END PRIVATE KEY-----\n`],
    ['a hundred thousand bytes', 'x'.repeat(100_000)],
    ['a text that looks like our own marker', 'amp-overflow:AAAA'],
  ])('holds %s', async (__, text) => {
    const store = make();
    const name = account();
    await store.set(name, new Secret(text));
    expect((await store.get(name))?.reveal()).toBe(text);
    await store.set(name, new Secret('small again'));
    expect((await store.get(name))?.reveal()).toBe('small again');
    await store.delete(name);
  });
});

describe('the encrypted file', () => {
  test('holds no clear text, is private even over a public file, and names no account', async () => {
    const dir = join(folder(), 'credentials');
    const store = createFileStore({ dir, unlock: { keyFile: keyFile() } });
    const umask = process.umask(0);
    try {
      await store.set('me@acme.example', new Secret('CANARYsecret'));
      const [name] = readdirSync(dir);
      chmodSync(join(dir, name!), 0o644);
      await store.set('me@acme.example', new Secret('CANARYsecret2'));
      expect(statSync(join(dir, name!)).mode & 0o777).toBe(0o600);
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      expect(name + readFileSync(join(dir, name!), 'utf8')).not.toMatch(/CANARY|acme/);
    } finally {
      process.umask(umask);
    }
  });

  test('a wrong passphrase is told apart from "never signed in"', async () => {
    const dir = join(folder(), 'credentials');
    await createFileStore({ dir, unlock: { passphrase: new Secret('right one') } }).set('a', new Secret('s'));
    const wrong = createFileStore({ dir, unlock: { passphrase: new Secret('wrong one') } });
    await expect(wrong.get('a')).rejects.toMatchObject({ code: 'credential-store-locked' });
    expect(await wrong.get('b')).toBeUndefined();
  });

  test('an entry moved to another account does not open', async () => {
    const dir = join(folder(), 'credentials');
    const store = createFileStore({ dir, unlock: { keyFile: keyFile() } });
    await store.set('a', new Secret('of a'));
    const [fileOfA] = readdirSync(dir);
    await store.set('b', new Secret('of b'));
    const fileOfB = readdirSync(dir).find((name) => name !== fileOfA)!;
    renameSync(join(dir, fileOfA!), join(dir, fileOfB));
    await expect(store.get('b')).rejects.toMatchObject({ code: 'credential-store-locked' });
  });

  test('any changed byte is noticed', async () => {
    const dir = join(folder(), 'credentials');
    const store = createFileStore({ dir, unlock: { keyFile: keyFile() } });
    await store.set('a', new Secret('the secret'));
    const path = join(dir, readdirSync(dir)[0]!);
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ change;
        writeFileSync(path, damaged);
        const text = await store.get('a').then(
          (secret) => secret?.reveal(),
          (error) => error.code,
        );
        expect(['the secret', 'credential-store-locked', 'credential-damaged']).toContain(text);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['a symbolic link', (path: string) => symlinkSync(keyFile(), path)],
    ['a hard link', (path: string) => linkSync(keyFile(), path)],
    ['a group-readable file', (path: string) => writeFileSync(path, randomBytes(32), { mode: 0o640 })],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('a key file that is %s is refused', async (_, make) => {
    const path = join(folder(), 'key');
    make(path);
    const store = createFileStore({ dir: join(folder(), 'c'), unlock: { keyFile: path } });
    await expect(store.set('a', new Secret('s'))).rejects.toMatchObject({ code: 'file-not-private' });
  });

  test('a key file beside what it encrypts is refused', async () => {
    const home = folder();
    writeFileSync(join(home, 'key'), randomBytes(32), { mode: 0o600 });
    const store = createFileStore({ dir: join(home, 'credentials'), unlock: { keyFile: join(home, 'key') } });
    await expect(store.set('a', new Secret('s'))).rejects.toMatchObject({ code: 'credential-store-unavailable' });
  });
});

describe('a keychain that does not work', () => {
  const failing = (text: string): Keychain => ({
    getPassword: () => Promise.reject(new Error(text)),
    setPassword: () => Promise.reject(new Error(text)),
    deletePassword: () => Promise.reject(new Error(text)),
  });
  const storeOn = (load: () => Promise<Keychain>) =>
    createKeychainStore({ overflowDir: folder(), load, timeoutMs: 40 });

  test.each([
    ['no D-Bus', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'credential-store-unavailable', /D-Bus/],
    [
      'no secret service',
      'The name org.freedesktop.secrets was not provided by any .service files',
      'credential-store-unavailable',
      /secret service/,
    ],
    [
      'a locked collection',
      'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
      'credential-store-locked',
      /locked/,
    ],
  ])('%s has its own words', async (_, text, code, words) => {
    const error = await storeOn(async () => failing(text))
      .get('a')
      .catch((reason) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
  });

  test('no library is a diagnosed state', async () => {
    const store = storeOn(() => Promise.reject(new Error('Failed to load keytar native addon')));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'credential-store-unavailable', message: /libsecret/ });
  });

  test('one that hangs is given up on', async () => {
    const never = () => new Promise<never>(() => {});
    const store = storeOn(async () => ({ getPassword: never, setPassword: never, deletePassword: never }));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'credential-store-timeout' });
  });

  test('one that forgets what it was told is locked', async () => {
    const forgetful = storeOn(async () => ({
      getPassword: async () => null,
      setPassword: async () => {},
      deletePassword: async () => false,
    }));
    await expect(probeKeychain(forgetful)).rejects.toMatchObject({ code: 'credential-store-locked' });
  });

  test('nothing is saved elsewhere without being asked to, and the ways out are named', async () => {
    const configDir = folder();
    const load = async () => failing('Cannot autolaunch D-Bus without X11 $DISPLAY');
    const error = await chooseCredentialStore({ env: {}, configDir }, { load }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'credential-store-unavailable', hint: /AMP_CREDENTIAL_STORE=file/ });
    expect(readdirSync(configDir)).toEqual([]);
  });
});
