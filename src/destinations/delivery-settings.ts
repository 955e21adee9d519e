import type { Context } from '../cli/context.ts';
import { AmpError } from '../errors/amp-error.ts';
import { credentialsByDestination } from './open-secrets.ts';
import { parseSchedule } from './schedule.ts';
import type { DeliveryOptions } from './sender/deliver-pending.ts';

/**
 * What `deliverPending` takes from the run of a command. `AMP_DELIVERY_SCHEDULE` (`50ms,1s`) replaces the retry schedule, for
 * demonstrations and tests that cannot wait a day; `AMP_DOWNLOAD_URL` is where downloads are reached from outside.
 * Throws `usage` for a schedule that is none.
 */
export function deliverySettings(
  context: Pick<Context, 'config' | 'clock' | 'signal' | 'version' | 'output'>,
): Pick<DeliveryOptions, 'credentials' | 'clock' | 'signal' | 'userAgent' | 'stdout' | 'schedule' | 'downloadBaseUrl'> {
  const { config, clock, signal, version, output } = context;
  const schedule = config.env.AMP_DELIVERY_SCHEDULE ? parseSchedule(config.env.AMP_DELIVERY_SCHEDULE) : undefined;
  if (config.env.AMP_DELIVERY_SCHEDULE && !schedule) {
    throw new AmpError({ code: 'usage', message: 'AMP_DELIVERY_SCHEDULE is delays such as 50ms,1s,2m.' });
  }
  return {
    credentials: credentialsByDestination(config),
    clock,
    signal,
    userAgent: `amp/${version}`,
    stdout: (bytes) => output.bytes(bytes),
    ...(schedule ? { schedule } : {}),
    ...(config.env.AMP_DOWNLOAD_URL ? { downloadBaseUrl: config.env.AMP_DOWNLOAD_URL.replace(/\/+$/, '') } : {}),
  };
}
