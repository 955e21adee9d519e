import type { Context } from '../cli/context.ts';
import type { InstallOrg } from '../environments/local/install-org.ts';
import type { InstallationConfig } from '../installations/config.ts';
import type { Integration } from '../manifest/manifest.ts';

/** Flags of every command that can ask on a page. */
export const webFlags = {
  web: { type: 'boolean', summary: 'Choose on a page in the browser' },
  port: {
    type: 'number',
    integer: true,
    min: 1,
    max: 65_535,
    placeholder: 'port',
    summary: 'Port of that page (default: any)',
  },
  'no-browser': { type: 'boolean', summary: 'Only print its address' },
  timeout: { type: 'number', min: 1, placeholder: 'seconds', summary: 'How long the page waits (default: 900)' },
} as const;

export interface WebChoice {
  integration: Integration;
  config: InstallationConfig;
  org: InstallOrg;
  /** Name of the customer for people. */
  group: string;
  /** Label of the button. */
  action: string;
}

/** Serves the page, opens it, and saves what comes back. */
export async function chooseInBrowser<Result>(
  context: Context,
  flags: { port?: number | undefined; 'no-browser'?: boolean | undefined; timeout?: number | undefined },
  { integration, config, org, group, action }: WebChoice,
  save: (config: InstallationConfig) => Promise<Result>,
): Promise<Result> {
  const { chooseOnPage } = await import('../environments/local/choose-on-page.ts');
  const { installPageStyle, renderInstallOutcome, renderInstallPage } = await import('../views/install-page.ts');
  const { openBrowser } = await import('../platform/browser.ts');
  const { output, config: settings, signal } = context;
  const name = integration.displayName ?? integration.name;
  return chooseOnPage(
    integration,
    config,
    org,
    {
      form: (state) => renderInstallPage({ integration: name, group, org: org.alias, action, ...state }),
      outcome: renderInstallOutcome,
      style: installPageStyle,
    },
    {
      port: flags.port,
      timeoutMs: (flags.timeout ?? 900) * 1000,
      signal,
      async show(url) {
        if (!flags['no-browser']) {
          output.notice(`Opening the page for ${group} in the browser, and waiting for it …`);
          if (await openBrowser(url, settings.env)) return;
          output.warning('No browser could be opened here.');
        }
        // Written as a warning so that --quiet does not hide the only way on.
        output.warning(`Open this address in a browser on this computer:\n\n${url}\n`);
      },
    },
    save,
  );
}
