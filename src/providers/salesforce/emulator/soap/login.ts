import { OAuthError } from '../oauth/oauth-error.ts';
import { activeUser, findUser } from '../oauth/users.ts';
import type { Answer, Call } from '../server/call.ts';
import { open, type Route } from '../server/router.ts';
import type { World } from '../world.ts';

/** From this version on the platform refuses SOAP login. */
const refusedFrom = 65;

/** `POST /services/Soap/u/{version}` with `login`: some clients read the answer by position, so the order of elements counts. */
function login(call: Call, world: World): Answer {
  const version = Number(call.params.version);
  const body = call.body.toString('utf8');
  if (!/<(?:\w+:)?login[\s>]/.test(body)) return fault('UNKNOWN_EXCEPTION', 'Only login is served here');
  if (version >= refusedFrom) {
    return fault('UNSUPPORTED_API_VERSION', `login is not available in API version ${call.params.version}; use OAuth`);
  }
  const user = findUser(world.org, element(body, 'username'));
  const failed = 'INVALID_LOGIN: Invalid username, password, security token; or user locked out.';
  if (!user || element(body, 'password') !== world.password + world.securityToken)
    return fault('INVALID_LOGIN', failed);
  try {
    activeUser(world.org, user.id);
  } catch (error) {
    if (error instanceof OAuthError) return fault('INVALID_LOGIN', failed);
    throw error;
  }
  const session = world.sessions.start({ userId: user.id, clientId: 'soap', scope: 'api web' });
  const org15 = world.org.orgId.slice(0, 15);
  const endpoint = (letter: string) =>
    `${world.instanceUrl(call.origin)}/services/Soap/${letter}/${call.params.version}/${org15}`;
  const userInfo = elements({
    accessibilityMode: 'false',
    chatterExternal: 'false',
    currencySymbol: '$',
    orgAttachmentFileSizeLimit: '26214400',
    orgDefaultCurrencyIsoCode: 'USD',
    orgDefaultCurrencyLocale: 'en_US',
    orgDisallowHtmlAttachments: 'false',
    orgHasPersonAccounts: 'false',
    organizationId: world.org.orgId,
    organizationMultiCurrency: 'false',
    organizationName: 'Emulated org',
    profileId: '00eAm0000000001AAA',
    roleId: '',
    sessionSecondsValid: String(Math.floor(world.settings.sessionTimeoutMs / 1000)),
    userDefaultCurrencyIsoCode: '',
    userEmail: user.email ?? '',
    userFullName: user.name,
    userId: user.id,
    userLanguage: user.language,
    userLocale: user.locale,
    userName: user.username,
    userTimeZone: user.timeZone,
    userType: 'Standard',
    userUiSkin: 'Theme3',
  });
  const result = `${elements({
    metadataServerUrl: endpoint('m'),
    passwordExpired: 'false',
    sandbox: 'false',
    serverUrl: endpoint('u'),
    sessionId: session.token,
    userId: user.id,
  })}<userInfo>${userInfo}</userInfo>`;
  return xml(200, `<loginResponse><result>${result}</result></loginResponse>`);
}

function fault(code: string, message: string): Answer {
  return xml(
    500,
    `<soapenv:Fault><faultcode>${code}</faultcode><faultstring>${escapeXml(message)}</faultstring>` +
      `<detail><sf:LoginFault xmlns:sf="urn:fault.partner.soap.sforce.com"><sf:exceptionCode>${code}</sf:exceptionCode>` +
      `<sf:exceptionMessage>${escapeXml(message)}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>`,
  );
}

function xml(status: number, body: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    bytes:
      '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
      `xmlns="urn:partner.soap.sforce.com"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
  };
}

const elements = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');

function element(body: string, name: string): string {
  const text = new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_whole, entity: string) => entities[entity]!);
}

export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };
  return text.replace(/[<>&"']/g, (character) => entities[character]!);
}

export const soapRoutes: Route[] = [
  open('POST', '/services/Soap/u/:apiVersion', (call, world) => login(withVersion(call), world)),
  open('POST', '/services/Soap/u/:apiVersion/:org', (call, world) => login(withVersion(call), world)),
];

const withVersion = (call: Call): Call => ({ ...call, params: { ...call.params, version: call.params.apiVersion! } });
