import { createHash } from 'node:crypto';
import { SalesforceFault } from '../org.ts';
import type { Settings } from '../settings.ts';
import type { QueryJob } from './jobs.ts';

/**
 * Locators of bulk result pages: opaque to clients, valid and readable again as long as the job. Today's are the base64 of a row
 * number, which tempts clients to calculate; the setting `bulkLocators=random` gives others, known only to the job.
 */
export function makeLocator(job: QueryJob, offset: number, { bulkLocators }: Settings): string {
  if (bulkLocators === 'offset') return encodeOffset(offset);
  const locator = createHash('sha256').update(`${job.id} ${offset}`).digest('base64url').slice(0, 22);
  job.locators.set(locator, offset);
  return locator;
}

/** The row a locator leads to; the first when there is none. Throws INVALID_LOCATOR. */
export function readLocator(job: QueryJob, text: string | null, { bulkLocators }: Settings): number {
  if (text === null || text === '') return 0;
  const known = job.locators.get(text);
  if (known !== undefined) return known;
  const offset = bulkLocators === 'offset' ? Number(Buffer.from(text, 'base64').toString('latin1')) : Number.NaN;
  const total = job.cursor!.totalSize;
  if (Number.isInteger(offset) && offset > 0 && offset <= total && encodeOffset(offset) === text.replace(/=+$/, '')) {
    return offset;
  }
  throw new SalesforceFault(400, 'INVALID_LOCATOR', `Invalid locator: ${text}`);
}

const encodeOffset = (offset: number) => Buffer.from(String(offset)).toString('base64').replace(/=+$/, '');
