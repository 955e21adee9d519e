import { createHash } from 'node:crypto';
import { AmpError } from '../../errors/amp-error.ts';
import { type ChoiceForm, choiceForm, type FormAnswers } from '../../installations/choice-form.ts';
import type { InstallationConfig } from '../../installations/config.ts';
import { type FormProblems, readChoiceForm } from '../../installations/read-choice-form.ts';
import type { Integration } from '../../manifest/manifest.ts';
import { rejectAfter, rejectOnAbort } from '../../platform/give-up.ts';
import { PortTaken } from '../../platform/loopback.ts';
import { startFormServer } from './form-server.ts';
import { objectsOf } from './install.ts';
import type { InstallOrg } from './install-org.ts';

/** How the pages look; views make them. */
export interface ChoicePages {
  form(state: { form: ChoiceForm; problems: FormProblems; refusals: Refusal[] }): string;
  outcome(kind: 'saved' | 'failed' | 'busy' | 'used' | 'not-here'): string;
  style: string;
}

export interface Refusal {
  message: string;
  hint?: string | undefined;
}

export interface PageOptions {
  /** Default: any that is free. */
  port?: number | undefined;
  timeoutMs: number;
  signal: AbortSignal;
  /** Shows the address to the person. */
  show(url: string): Promise<void>;
}

/**
 * Lets somebody choose on a page in their browser instead of at a prompt. What they send is saved by `save`; a config the org or
 * the manifest refuses comes back to the page with the reason, everything else ends the wait. Throws what `save` throws, and
 * `installation-page-port`, `installation-page-timeout`.
 */
export async function chooseOnPage<Result>(
  integration: Integration,
  config: InstallationConfig,
  org: InstallOrg,
  pages: ChoicePages,
  options: PageOptions,
  save: (config: InstallationConfig) => Promise<Result>,
): Promise<Result> {
  const schema = await org.describe(objectsOf(integration));
  const page = (sent?: FormAnswers, problems: FormProblems = new Map(), refusals: Refusal[] = []) =>
    pages.form({ form: choiceForm(integration, config, schema, sent), problems, refusals });
  const server = await startFormServer<Result>(options.port ?? 0, {
    first: page(),
    outcome: pages.outcome,
    styleHash: `'sha256-${createHash('sha256').update(pages.style).digest('base64')}'`,
    async submit(fields) {
      const sent = new Map(fields);
      const read = readChoiceForm(integration, config, schema, sent);
      if (read.problems.size > 0) return { kind: 'again', page: page(sent, read.problems) };
      try {
        return { kind: 'done', result: await save(read.config) };
      } catch (error) {
        if (!(error instanceof AmpError) || !isAboutChoices(error)) throw error;
        return { kind: 'again', page: page(sent, undefined, refusalsOf(error)) };
      }
    },
  }).catch((error: unknown) => {
    if (!(error instanceof PortTaken)) throw error;
    throw new AmpError({ code: 'installation-page-port', message: error.message, cause: error });
  });
  const ended = new AbortController();
  try {
    await options.show(server.url);
    return await Promise.race([
      server.result,
      rejectAfter(options.timeoutMs, ended.signal, () => tooLate(options.timeoutMs)),
      rejectOnAbort(options.signal, ended.signal),
    ]);
  } finally {
    ended.abort();
    await server.close();
  }
}

/** Other choices could help. */
function isAboutChoices({ code }: AmpError): boolean {
  return code.startsWith('config-') || code === 'installation-sample-failed';
}

function refusalsOf(error: AmpError): Refusal[] {
  const errors = (error.diagnostics ?? []).filter(({ severity }) => severity === 'error');
  return errors.length > 0 ? errors : [{ message: error.message, hint: error.hint }];
}

function tooLate(timeoutMs: number): AmpError {
  const minutes = Math.round(timeoutMs / 60_000);
  const time = minutes < 1 ? `${timeoutMs / 1000} seconds` : `${minutes} minutes`;
  return new AmpError({
    code: 'installation-page-timeout',
    message: `The page was not sent within ${time}; nothing was saved.`,
  });
}
