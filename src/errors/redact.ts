/**
 * Takes secrets out of text before it is written anywhere (stderr, logs, stored errors). Two nets: the shapes Salesforce,
 * OAuth and webhooks give their secrets, and the exact values this process has held as a `Secret`. Linear in the text.
 */
export function redact(text: string): string {
  let clean = text;
  for (const value of heldSecrets) if (clean.includes(value)) clean = clean.replaceAll(value, mark);
  // Nearly every text has none of their words: one look instead of a dozen.
  if (!mayHoldSecret.test(clean)) return clean;
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}

/** Makes `redact` take out this exact text too, also URL-encoded and JSON-escaped. Short texts are left: they would hit words. */
export function holdSecret(value: string): void {
  if (value.length < shortestSecret) return;
  // Through UTF-8 first: a lone surrogate cannot be URL-encoded.
  const wellFormed = Buffer.from(value).toString();
  for (const form of [value, encodeURIComponent(wellFormed), JSON.stringify(value).slice(1, -1)]) {
    heldSecrets.delete(form);
    heldSecrets.add(form);
  }
  // A long-running process refreshes for months: the oldest tokens are dead anyway.
  while (heldSecrets.size > mostHeld) heldSecrets.delete(heldSecrets.values().next().value!);
}

const mark = '[redacted]';
const shortestSecret = 8;
const mostHeld = 600;
const heldSecrets = new Set<string>();

const secretKeys =
  'access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|assertion|password|passphrase|security_token|sessionId|api_?key|private_key';

/** True of every text that one of the patterns below could change. */
const mayHoldSecret =
  /bearer|oauth|basic|authorization|cookie|x-api-key|x-sfdc|00D|5Aep861|whs(?:ec|k)_|eyJ|private[ _]key|token|secret|assertion|verifier|pass(?:word|phrase)|sessionid|api_?key|[?&](?:code|sid|sig|state)/i;

const patterns: readonly [RegExp, string][] = [
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mark],
  [/\b(bearer|oauth|basic)(\s+|%20)(?=[A-Za-z0-9._~+/!=%-]*[0-9!=])[A-Za-z0-9._~+/!=%-]{8,}/gi, `$1$2${mark}`],
  [/\b((?:proxy-)?authorization|x-api-key|x-sfdc-session|cookie|set-cookie)("?\s*[:=]\s*"?)[^\r\n"]+/gi, `$1$2${mark}`],
  // Session ids: the 15-character org id, an exclamation mark, the token.
  [/\b00D[A-Za-z0-9]{12,15}(?:!|%21)[A-Za-z0-9._%]+/g, mark],
  [/\b5Aep861[A-Za-z0-9._=%]+/g, mark],
  [/\b(?:whsec|whsk)_[A-Za-z0-9+/=_-]+/g, mark],
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g, mark],
  [new RegExp(`(\\\\?"(?:${secretKeys})\\\\?"\\s*:\\s*\\\\?")[^"\\\\]*`, 'gi'), `$1${mark}`],
  [new RegExp(`\\b((?:${secretKeys})=)[^&\\s"']+`, 'gi'), `$1${mark}`],
  [/<((?:\w+:)?(?:sessionId|password))>[^<]*</gi, `<$1>${mark}<`],
  [/([?&](?:code|token|sid|sig|signature)=)[^&\s"'#]+/gi, `$1${mark}`],
];
