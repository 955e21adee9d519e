import { AmpError } from '../errors/amp-error.ts';

export interface Signals {
  readonly signal: AbortSignal;
  abort(reason: AmpError): void;
  stop(): void;
}

const codes = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'terminated' } as const;

/** The first signal asks the command to stop cleanly; the second ends the process at once, as if nobody had listened. */
export function watchSignals(): Signals {
  const controller = new AbortController();
  const handlers = Object.entries(codes).map(([name, code]) => {
    const handler = () => {
      if (controller.signal.aborted) {
        stop();
        process.kill(process.pid, name);
        return;
      }
      controller.abort(
        new AmpError({ code, message: code === 'interrupted' ? 'Stopped by Ctrl-C.' : `Stopped by ${name}.` }),
      );
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  function stop(): void {
    for (const [name, handler] of handlers) process.removeListener(name, handler);
  }
  return { signal: controller.signal, abort: (reason) => controller.abort(reason), stop };
}
