import type { EmulatedOrg } from '../org.ts';
import { SalesforceFault } from '../org.ts';
import { OAuthError } from './oauth-error.ts';

/** The parts of a User row that signing in and the identity endpoints need. */
export interface SignInUser {
  id: string;
  username: string;
  name: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  active: boolean;
  timeZone: string;
  language: string;
  locale: string;
  modifiedAt: string;
}

/** The user of a username, whatever its case. Every user of the emulator has the same password. */
export function findUser(org: EmulatedOrg, username: string): SignInUser | undefined {
  const quoted = username.replace(/[\\']/g, '\\$&');
  const soql = `SELECT Id FROM User WHERE Username = '${quoted}' LIMIT 1`;
  const row = org.query(soql, { userId: org.adminUserId, apiVersion: '66.0' }).read(0, 1)[0];
  return row && loadUser(org, row.Id as string);
}

export function loadUser(org: EmulatedOrg, id: string): SignInUser {
  const row = org.retrieve('User', { id }, undefined, { userId: org.adminUserId, apiVersion: '66.0' });
  const text = (name: string): string | null => (typeof row[name] === 'string' ? (row[name] as string) : null);
  return {
    id: row.Id as string,
    username: text('Username') ?? id,
    name: text('Name') ?? text('LastName') ?? id,
    firstName: text('FirstName'),
    lastName: text('LastName'),
    email: text('Email'),
    active: row.IsActive !== false,
    timeZone: text('TimeZoneSidKey') ?? 'America/Los_Angeles',
    language: text('LanguageLocaleKey') ?? 'en_US',
    locale: text('LocaleSidKey') ?? 'en_US',
    modifiedAt: text('LastModifiedDate') ?? text('SystemModstamp') ?? '2024-01-01T00:00:00.000+0000',
  };
}

/** Throws `inactive_user` when the user may not sign in any more. */
export function activeUser(org: EmulatedOrg, id: string): SignInUser {
  try {
    const user = loadUser(org, id);
    if (user.active) return user;
  } catch (error) {
    if (!(error instanceof SalesforceFault)) throw error;
  }
  throw new OAuthError('inactive_user', 'user is inactive');
}
