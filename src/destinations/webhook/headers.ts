import { AmpError } from '../../errors/amp-error.ts';

/** Headers that belong to the protocol or to us. */
const reserved =
  /^(host|connection|content-length|content-type|content-encoding|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|svix-.*|webhook-.*|x-amp-.*)$/;

/** Checks one custom header. Throws `destination-header-refused`, without the value. */
export function checkHeader(name: string, value: string): void {
  const refuse = (why: string) => new AmpError({ code: 'destination-header-refused', message: `Header ${why}.` });
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name)) throw refuse('names have letters, digits and dashes');
  if (reserved.test(name.toLowerCase())) throw refuse(`${name} is set by amp`);
  // Visible ASCII, space and tab: anything else (line ends above all) could change the request.
  if (!/^[\t\x20-\x7e]{0,4096}$/.test(value)) throw refuse(`${name} has a value with characters a header cannot carry`);
}

/** Values that look secret are kept with the credentials and never shown. */
export function isSecretHeader(name: string, value: string): boolean {
  return (
    /auth|token|secret|key|password|passwd|credential|cookie|signature|session/i.test(name) ||
    /^(bearer|basic|digest|token)\s/i.test(value) ||
    /^[A-Za-z0-9+/_.-]{32,}={0,2}$/.test(value)
  );
}
