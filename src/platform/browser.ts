import { spawn } from 'node:child_process';

/**
 * Opens the system browser on `url`. The URL is one argument of the opener, never of a shell, and the opener sees only what a
 * browser needs of the environment: no AMP_… variable, no key. Resolves false when there is no opener.
 */
export function openBrowser(url: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const passed = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => needed.includes(name) && value !== undefined),
  ) as NodeJS.ProcessEnv;
  return new Promise((resolve) => {
    const opener = spawn(program, [...args, url], { env: passed, stdio: 'ignore', detached: true, shell: false });
    opener.once('error', () => resolve(false));
    opener.once('spawn', () => {
      opener.unref();
      resolve(true);
    });
  });
}

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

const needed = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'BROWSER',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_CONFIG_HOME',
  'XDG_CURRENT_DESKTOP',
  'XDG_DATA_DIRS',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
  'SYSTEMROOT',
];
