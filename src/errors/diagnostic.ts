/** One finding or failure, as printed to people and as one entry of `diagnostics` in JSON (docs/errors.md, docs/rules.md). */
export interface Diagnostic {
  /** Kebab-case, stable for ever: a rule id (`unknown-key`) or an error code (`org-sign-in-expired`). */
  code: string;
  severity: Severity;
  message: string;
  /** What to do about it, one sentence or command. */
  hint?: string;
  location?: Location;
  /** Manifest path, such as `$.integrations[0].read.objects[1].schedule`. */
  path?: string;
  docsUrl: string;
}

export type Severity = 'error' | 'warning' | 'info';

/** One-based line and column; columns count UTF-16 code units. */
export interface Position {
  line: number;
  column: number;
}

export interface Location {
  file: string;
  start: Position;
  end?: Position;
}
