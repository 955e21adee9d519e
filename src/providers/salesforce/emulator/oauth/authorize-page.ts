import { escapeHtml } from '../../../../platform/html.ts';

const style = `body{font:16px/1.5 system-ui,sans-serif;background:#f3f4f6;color:#1f2937;margin:0;display:grid;place-items:center;min-height:100vh}
main{background:#fff;border:1px solid #e5e7eb;border-radius:12px;padding:32px;width:min(360px,88vw)}
h1{font-size:20px;margin:0 0 4px}p{margin:4px 0 16px;color:#4b5563}label{display:block;margin:12px 0 4px;font-weight:600}
input{width:100%;box-sizing:border-box;font:inherit;padding:8px;border:1px solid #9ca3af;border-radius:6px}
ul{padding-left:20px;color:#4b5563}.problem{color:#b91c1c}.actions{display:flex;gap:8px;margin-top:20px}
button{flex:1;font:inherit;padding:8px;border-radius:6px;border:1px solid #9ca3af;background:#fff;cursor:pointer}
button.allow{background:#1d4ed8;border-color:#1d4ed8;color:#fff}footer{margin-top:20px;font-size:13px;color:#6b7280}`;

const frame = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${body}` +
  `<footer>This is the amp emulator on your own machine, not Salesforce.</footer></main></body></html>`;

/** The login and approve form of the offline org. */
export function renderSignInPage(page: { appName: string; scopes: string[]; ticket: string; problem: string }): string {
  const problem = page.problem === '' ? '' : `<p class="problem" role="alert">${escapeHtml(page.problem)}</p>`;
  const scopes = page.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join('');
  return frame(
    'Sign in',
    `<h1>Sign in to the emulated org</h1><p><b>${escapeHtml(page.appName)}</b> asks for access:</p><ul>${scopes}</ul>${problem}` +
      `<form method="post" action="/services/oauth2/authorize"><input type="hidden" name="ticket" value="${escapeHtml(page.ticket)}">` +
      `<label for="username">Username</label><input id="username" name="username" autocomplete="username" autofocus>` +
      `<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password">` +
      `<div class="actions"><button name="decision" value="deny" formnovalidate>Deny</button>` +
      `<button class="allow" name="decision" value="allow">Allow</button></div></form>`,
  );
}

export function renderMessagePage(error: string, description: string): string {
  const text = `error=${error}&error_description=${description}`;
  return frame('Sign in', `<h1>We can't sign you in</h1><p>${escapeHtml(text)}</p>`);
}
