/** What the runtime tells whoever watches it: a line each, redacted, on stderr. Lines of operations are in `amp logs`. */
export interface RuntimeLogger {
  debug(service: string, message: string, details?: Record<string, unknown>): void;
  info(service: string, message: string, details?: Record<string, unknown>): void;
  warning(service: string, message: string, details?: Record<string, unknown>): void;
  error(service: string, message: string, details?: Record<string, unknown>): void;
}

export interface RuntimeLine {
  /** Milliseconds since the epoch. */
  at: number;
  severity: 'debug' | 'info' | 'warning' | 'error';
  service: string;
  message: string;
  details?: Record<string, unknown>;
}

export function createRuntimeLogger(now: () => number, write: (line: RuntimeLine) => void): RuntimeLogger {
  const at =
    (severity: RuntimeLine['severity']) => (service: string, message: string, details?: Record<string, unknown>) =>
      write({ at: now(), severity, service, message, ...(details === undefined ? {} : { details }) });
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}
