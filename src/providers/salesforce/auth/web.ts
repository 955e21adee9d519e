import type { Context } from '../../../cli/context.ts';
import { AmpError } from '../../../errors/amp-error.ts';
import { openBrowser } from '../../../platform/browser.ts';
import { rejectAfter, rejectOnAbort } from '../../../platform/give-up.ts';
import type { Http } from '../../../platform/http.ts';
import { sameText } from '../../../platform/loopback.ts';
import { type Authorization, startAuthorization } from './authorize.ts';
import { type Callback, parseCallback, startCallbackListener } from './callback-listener.ts';
import { signInError } from './oauth-errors.ts';
import { fetchToken, type TokenAnswer } from './token-endpoint.ts';

export interface WebSignInOptions {
  loginUrl: string;
  clientId: string;
  /** Confidential apps have one; public apps send none. */
  clientSecret: string | undefined;
  port?: number;
  'no-browser'?: boolean;
  /** Seconds. */
  timeout?: number;
  /** Opens the address; tests bring their own browser. */
  open?: typeof openBrowser;
}

const defaultPort = 1717;
const defaultTimeoutSeconds = 180;

/** Authorisation code + PKCE with the system's browser. Throws `org-sign-in-…` and the other refusals of `signInError`. */
export async function signInWithBrowser(
  context: Pick<Context, 'config' | 'output' | 'prompt' | 'signal' | 'stdin'>,
  http: Http,
  options: WebSignInOptions,
): Promise<TokenAnswer> {
  const authorization = startAuthorization(options.loginUrl, options.clientId, options.port ?? defaultPort);
  const listener = await startCallbackListener(options.port ?? defaultPort, authorization.state);
  const ended = new AbortController();
  const timeoutMs = (options.timeout ?? defaultTimeoutSeconds) * 1000;
  let page: 'signed-in' | 'denied' | 'failed' = 'failed';
  try {
    await showAddress(context, authorization, options);
    const callback = await Promise.race([
      listener.callback,
      ...(options['no-browser'] ? [pastedCallback(context, authorization, ended.signal)] : []),
      rejectAfter(timeoutMs, ended.signal, () => tooLate(timeoutMs)),
      rejectOnAbort(context.signal, ended.signal),
    ]);
    if (callback.kind === 'refused') {
      page = 'denied';
      throw signInError(callback);
    }
    const answer = await fetchToken(
      http,
      options.loginUrl,
      {
        grant_type: 'authorization_code',
        code: callback.code,
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uri: authorization.redirectUri,
        code_verifier: authorization.verifier,
      },
      context.signal,
    );
    page = 'signed-in';
    return answer;
  } finally {
    ended.abort();
    await listener.finish(page);
  }
}

async function showAddress(
  { output, config }: Pick<Context, 'output' | 'config'>,
  authorization: Authorization,
  options: WebSignInOptions,
): Promise<void> {
  const host = new URL(options.loginUrl).host;
  if (!options['no-browser']) {
    output.notice(`Opening ${host} in the browser. Waiting for it to come back to ${authorization.redirectUri} …`);
    if (await (options.open ?? openBrowser)(authorization.url, config.env)) return;
    output.warning('No browser could be opened here.');
  }
  // Written as a warning so that --quiet does not hide the only way on.
  output.warning(`Open this address in a browser:\n\n${authorization.url}\n`);
}

/** The address the browser ended on, typed or piped in: for browsers on another computer. */
async function pastedCallback(
  { prompt, stdin }: Pick<Context, 'prompt' | 'stdin'>,
  authorization: Authorization,
  ended: AbortSignal,
): Promise<Callback> {
  const text = prompt.available
    ? await prompt.text('Paste the address the browser ended on:', { flag: 'stdin', signal: ended })
    : ((await stdin())
        .toString('utf8')
        .split(/\s+/)
        .find((word) => /^https?:/.test(word)) ?? '');
  // No address is piped in (stdin may hold a client secret, or nothing): the listener alone decides.
  if (text === '') return new Promise<never>(() => {});
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const callback = url && parseCallback(url.searchParams);
  if (!url || !callback || !sameText(url.searchParams.get('state') ?? '', authorization.state)) {
    throw new AmpError({
      code: 'org-sign-in-callback',
      message: 'The pasted address is not the callback of this sign-in.',
    });
  }
  return callback;
}

function tooLate(timeoutMs: number): AmpError {
  const seconds = Math.round(timeoutMs / 1000);
  return new AmpError({
    code: 'org-sign-in-timeout',
    message: `The browser did not come back within ${seconds} seconds.`,
  });
}
