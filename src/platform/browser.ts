import { spawn } from 'node:child_process';
import { desktopEnvironment } from './desktop-environment.ts';

/**
 * Opens the system browser on `url`. The URL is one argument of the opener, never of a shell, and the opener sees only what a
 * browser needs of the environment: no AMP_… variable, no key. Resolves false when there is no opener.
 */
export function openBrowser(url: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const opener = spawn(program, [...args, url], {
      env: desktopEnvironment(env),
      stdio: 'ignore',
      detached: true,
      shell: false,
    });
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
