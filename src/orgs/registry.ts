import { join } from 'node:path';
import { AmpError } from '../errors/amp-error.ts';
import { readPrivateFile, writePrivateFile } from '../platform/files.ts';
import { acquireLock } from '../store/lock.ts';
import type { OrgRecord } from './org.ts';

/**
 * The orgs this user has connected, without their secrets. It is also the proof that a secret should exist: a keychain
 * answers "no such entry" when it is locked, and only this list can tell.
 */
export interface OrgRegistry {
  list(): Promise<OrgRecord[]>;
  /** By alias, username or id. */
  find(name: string): Promise<OrgRecord | undefined>;
  /** What `amp org use` chose, or the only org there is. */
  default(): Promise<OrgRecord | undefined>;
  setDefault(id: string): Promise<void>;
  /** Adds or replaces by id. The first org becomes the default. Throws `org-alias-taken`. */
  save(org: OrgRecord): Promise<void>;
  /** Changes the newest version of a record under the registry's lock; undefined when it is gone. */
  update(id: string, change: (org: OrgRecord) => OrgRecord): Promise<OrgRecord | undefined>;
  /** True when there was one. */
  remove(id: string): Promise<boolean>;
}

interface OrgFile {
  version: 1;
  default?: string;
  orgs: OrgRecord[];
}

/** The registry in `<configDir>/orgs.json`: 0600, replaced as a whole, changed under a kernel lock. */
export function openOrgRegistry(configDir: string): OrgRegistry {
  const path = join(configDir, 'orgs.json');
  return registryOn({
    load: async () => {
      const bytes = await readPrivateFile(path);
      return bytes ? parseOrgFile(bytes, path) : emptyFile();
    },
    save: (file) => writePrivateFile(path, `${JSON.stringify(file, null, 2)}\n`),
    lock: () => acquireLock(join(configDir, 'locks', 'orgs.lock'), { timeoutMs: 10_000 }),
  });
}

/** For tests, demos and sign-ins that are never written anywhere. */
export function createMemoryRegistry(orgs: OrgRecord[] = []): OrgRegistry {
  let file: OrgFile = { ...emptyFile(), orgs };
  return registryOn({
    load: async () => file,
    save: async (next) => {
      file = next;
    },
    lock: async () => ({ release() {} }),
  });
}

interface RegistryStorage {
  load(): Promise<OrgFile>;
  save(file: OrgFile): Promise<void>;
  lock(): Promise<{ release(): void }>;
}

function registryOn(storage: RegistryStorage): OrgRegistry {
  const change = async <Result>(decide: (file: OrgFile) => { file?: OrgFile; result: Result }): Promise<Result> => {
    const lock = await storage.lock();
    try {
      const { file, result } = decide(await storage.load());
      if (file) await storage.save(file);
      return result;
    } finally {
      lock.release();
    }
  };

  return {
    list: async () => (await storage.load()).orgs,
    async find(name) {
      const { orgs } = await storage.load();
      const wanted = name.toLowerCase();
      return (
        orgs.find((org) => org.alias === name) ??
        orgs.find((org) => org.id === name || org.orgId === name || org.username.toLowerCase() === wanted)
      );
    },
    async default() {
      const file = await storage.load();
      return file.orgs.find((org) => org.id === file.default) ?? (file.orgs.length === 1 ? file.orgs[0] : undefined);
    },
    setDefault: (id) => change((file) => ({ file: { ...file, default: id }, result: undefined })),
    save: (org) =>
      change((file) => {
        const others = file.orgs.filter((other) => other.id !== org.id);
        const taken = others.find((other) => other.alias === org.alias);
        // An emulator makes a new org at each start: its alias moves along.
        if (taken && !(taken.isEmulator && org.isEmulator)) throw aliasTaken(taken);
        const orgs = [...others.filter((other) => other !== taken), org];
        const kept = orgs.some((other) => other.id === file.default) ? file.default : org.id;
        return { file: { ...file, default: kept!, orgs }, result: undefined };
      }),
    update: (id, edit) =>
      change((file) => {
        const found = file.orgs.find((org) => org.id === id);
        if (!found) return { result: undefined };
        const edited = edit(found);
        if (edited === found) return { result: found };
        return { file: { ...file, orgs: file.orgs.map((org) => (org === found ? edited : org)) }, result: edited };
      }),
    remove: (id) =>
      change((file) => {
        const orgs = file.orgs.filter((org) => org.id !== id);
        if (orgs.length === file.orgs.length) return { result: false };
        const { default: chosen, ...rest } = file;
        const next = chosen === undefined || chosen === id ? { ...rest, orgs } : { ...file, orgs };
        return { file: next, result: true };
      }),
  };
}

const emptyFile = (): OrgFile => ({ version: 1, orgs: [] });

function parseOrgFile(bytes: Buffer, path: string): OrgFile {
  let file: Partial<OrgFile> | undefined;
  try {
    file = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AmpError({ code: 'org-list-damaged', message: `${path} is not valid JSON.`, cause: error });
  }
  if (file?.version !== 1 || !Array.isArray(file.orgs)) {
    throw new AmpError({ code: 'org-list-damaged', message: `${path} is not a list of orgs this amp understands.` });
  }
  return file as OrgFile;
}

function aliasTaken(org: OrgRecord): AmpError {
  return new AmpError({
    code: 'org-alias-taken',
    message: `The alias "${org.alias}" already stands for ${org.username}.`,
    hint: `Choose another --alias, or run amp org logout ${org.alias} first.`,
  });
}
