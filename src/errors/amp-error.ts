import type { Diagnostic, Location } from './diagnostic.ts';

export interface AmpErrorInput {
  /** A code of the catalogue (errors/catalog.ts). */
  code: string;
  message: string;
  /** Remedy: one sentence or command. Defaults to the catalogue's. */
  hint?: string;
  location?: Location;
  /** Manifest path of the value at fault. */
  path?: string;
  /** Why it happened, innermost first: `['refresh returned invalid_grant', 'write was waiting for a token']`. */
  causes?: string[];
  /** More than one finding (a failed validation): printed instead of this error's own line. */
  diagnostics?: Diagnostic[];
  /** Facts for logs and JSON: request id, provider code, status. Never secrets, never record values. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The only error type that commands may let out on purpose; everything else is reported as `internal-error`. */
export class AmpError extends Error {
  override readonly name = 'AmpError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly location: Location | undefined;
  readonly path: string | undefined;
  readonly causes: readonly string[];
  readonly diagnostics: readonly Diagnostic[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(input: AmpErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.code = input.code;
    this.hint = input.hint;
    this.location = input.location;
    this.path = input.path;
    this.causes = input.causes ?? [];
    this.diagnostics = input.diagnostics;
    this.details = input.details;
  }
}
