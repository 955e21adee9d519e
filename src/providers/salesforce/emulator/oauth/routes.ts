import { open, type Route } from '../server/router.ts';
import { decideAuthorization, showAuthorizePage } from './authorize.ts';
import { answerIdentity, describeOpenId, introspectToken, revokeToken } from './identity.ts';
import { exchangeToken } from './token.ts';

export const oauthRoutes: Route[] = [
  open('GET', '/services/oauth2/authorize', showAuthorizePage),
  open('POST', '/services/oauth2/authorize', decideAuthorization),
  open('POST', '/services/oauth2/token', exchangeToken),
  open('POST', '/services/oauth2/revoke', revokeToken),
  open('GET', '/services/oauth2/revoke', revokeToken),
  open('POST', '/services/oauth2/introspect', introspectToken),
  open('GET', '/services/oauth2/userinfo', answerIdentity),
  open('POST', '/services/oauth2/userinfo', answerIdentity),
  open('GET', '/id/:org/:user', answerIdentity),
  open('POST', '/id/:org/:user', answerIdentity),
  open('GET', '/.well-known/openid-configuration', describeOpenId),
];
