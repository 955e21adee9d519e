import { AmpError } from '../../errors/amp-error.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Change } from '../../plan/plan.ts';
import type { Database } from '../../store/database.ts';
import type { DeployBase } from '../environment.ts';

/** One deployed manifest. Immutable: the store refuses to change or delete it. */
export interface Revision {
  /** Counts from 1 without gaps. */
  number: number;
  /** `rev_<number>_<12 characters of the content hash>` */
  id: string;
  /** Of the canonical manifest: equal hash = nothing to deploy. */
  contentHash: string;
  author: string;
  message?: string;
  /** Number of the revision whose content this one brought back. */
  rollbackOf?: number;
  createdAt: string;
  /** What it changed when it was deployed, with the impact foreseen then. */
  changes: Change[];
  manifest: Manifest;
  /** The file, character for character. */
  source: string;
}

export function loadBase(db: Database): DeployBase & { serial: number } {
  return db.prepare('SELECT lineage, serial FROM deployment').get<{ lineage: string; serial: number }>()!;
}

/** The deployed revision; undefined before the first deploy. */
export function loadCurrentRevision(db: Database): Revision | undefined {
  const row = db
    .prepare('SELECT revisions.* FROM deployment JOIN revisions ON revisions.number = deployment.revision')
    .get<RevisionRow>();
  return row && fromRow(row);
}

export function loadRevision(db: Database, number: number): Revision | undefined {
  const row = db.prepare('SELECT * FROM revisions WHERE number = ?').get<RevisionRow>(number);
  return row && fromRow(row);
}

/** A revision by number (`3`), id, or unique start of its content hash (7 characters at least). */
export function findRevision(db: Database, name: string): Revision | undefined {
  if (/^\d{1,9}$/.test(name)) return loadRevision(db, Number(name));
  const rows = db
    .prepare('SELECT * FROM revisions WHERE id = ?1 OR (length(?1) >= 7 AND substr(content_hash, 1, length(?1)) = ?1)')
    .all<RevisionRow>(name);
  const hashes = new Set(rows.map((row) => row.content_hash));
  // A rollback repeats a hash: the same content, so the newest stands for all.
  return hashes.size === 1 ? fromRow(rows.at(-1)!) : undefined;
}

/** The revision `name` stands for. Throws `deploy-revision-not-found`. */
export function requireRevision(db: Database, name: string): Revision {
  const revision = findRevision(db, name);
  if (revision) return revision;
  throw new AmpError({ code: 'deploy-revision-not-found', message: `There is no revision "${name}".` });
}

/** Newest first. */
export function listRevisions(db: Database): Revision[] {
  return db.prepare('SELECT * FROM revisions ORDER BY number DESC').all<RevisionRow>().map(fromRow);
}

/** Adds a revision with the next number. Inside the caller's transaction. */
export function insertRevision(db: Database, revision: Omit<Revision, 'number' | 'id'>): Revision {
  const { next } = db.prepare('SELECT coalesce(max(number), 0) + 1 AS next FROM revisions').get<{ next: number }>()!;
  const id = `rev_${next}_${revision.contentHash.slice(0, 12)}`;
  db.prepare(
    `INSERT INTO revisions (number, id, content_hash, source, manifest, changes, author, message, rollback_of, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    next,
    id,
    revision.contentHash,
    revision.source,
    JSON.stringify(revision.manifest),
    JSON.stringify(revision.changes),
    revision.author,
    revision.message ?? null,
    revision.rollbackOf ?? null,
    revision.createdAt,
  );
  return { ...revision, number: next, id };
}

interface RevisionRow {
  number: number;
  id: string;
  content_hash: string;
  source: string;
  manifest: string;
  changes: string;
  author: string;
  message: string | null;
  rollback_of: number | null;
  created_at: string;
}

function fromRow(row: RevisionRow): Revision {
  return {
    number: row.number,
    id: row.id,
    contentHash: row.content_hash,
    author: row.author,
    ...(row.message !== null && { message: row.message }),
    ...(row.rollback_of !== null && { rollbackOf: row.rollback_of }),
    createdAt: row.created_at,
    changes: JSON.parse(row.changes) as Change[],
    manifest: JSON.parse(row.manifest) as Manifest,
    source: row.source,
  };
}
