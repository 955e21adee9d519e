import { AmpError } from '../errors/amp-error.ts';

/** The only reader of process.env. Everything else gets what it needs through Config. */
export type Environment = Readonly<Record<string, string | undefined>>;

const standard = [
  'HOME',
  'PATH',
  'LANG',
  'CI',
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'COLUMNS',
  'GITHUB_ACTIONS',
  'GITHUB_ACTOR',
  'USER',
  'LOGNAME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_DIRS',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_CURRENT_DESKTOP',
  'XAUTHORITY',
  'SYSTEMROOT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'BROWSER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSL_CERT_FILE',
  'TZ',
];

/** `AMP_…` variables and the few standard ones amp honours; nothing else of the environment is ever looked at. */
export function readEnvironment(source: Environment = process.env): Environment {
  const picked: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(source)) {
    if (name.startsWith('AMP_') || standard.includes(name)) picked[name] = value;
  }
  return picked;
}

/**
 * AMP_TEST_CLOCK, `<speed>@<ISO time>`: the time passes that many times as fast since that moment, in every process that is
 * given the same (amp, the emulator, a test). Undefined when it is not set. Throws `usage`.
 */
export function readTestClock(env: Environment): { speed: number; originMs: number } | undefined {
  if (!env.AMP_TEST_CLOCK) return undefined;
  const [speed, origin = ''] = env.AMP_TEST_CLOCK.split('@') as [string, string?];
  const clock = { speed: Number(speed), originMs: Date.parse(origin) };
  if (clock.speed > 0 && clock.speed <= 100_000 && !Number.isNaN(clock.originMs)) return clock;
  throw new AmpError({
    code: 'usage',
    message: 'AMP_TEST_CLOCK is a speed and the moment it counts from, such as 600@2026-01-01T00:00:00Z.',
  });
}
