import type { ExitName } from './exit-codes.ts';

export interface ErrorEntry {
  /** What it means, one sentence: the text of docs/errors.md. */
  summary: string;
  /** What to do, when the thrower has nothing more exact to say. */
  remedy: string;
  /** The same may succeed later without anybody changing anything. */
  retryable?: boolean;
  /** How the process ends; `failed` unless said. */
  exit?: ExitName;
}

/** Declares the error codes of one area; errors/catalog.ts joins the areas. */
export function defineErrors<Code extends string>(entries: Record<Code, ErrorEntry>): Record<Code, ErrorEntry> {
  return entries;
}
