/**
 * Turns the rows of Bulk CSV into lines of mapped JSON, bytes to bytes. Feed a chunk, then take output until there is none:
 * each piece holds whole lines and is valid until the next call. Knows nothing of headers, encodings or counts.
 */
export interface Transcoder {
  /** Rows written since `reset`. */
  readonly rows: number;
  /** Bytes fed and not yet part of a written row. */
  readonly pendingBytes: number;
  /** Forgets everything: the next byte begins the first row of a page. */
  reset(): void;
  feed(bytes: Uint8Array): void;
  /** With `final`, the end of what was fed ends the last row too. Throws SyntaxError for broken CSV. */
  next(final: boolean): Uint8Array | undefined;
}
