import type { Database, SqlValue } from '../../../../store/database.ts';
import { idOfRow } from '../ids.ts';
import { quoteName } from '../schema/columns.ts';
import type { Schema } from '../schema/org-schema.ts';
import { allRecordTypes } from '../schema/record-types.ts';

/** Orgs of several emulators side by side are told apart by their number. */
export const orgIdOf = (orgNumber: number) => idOfRow('00D', orgNumber);
export const adminUserId = idOfRow('005', 1);
export const standardPricebookId = idOfRow('01s', 1);

/** first|last|username part|time zone; the first is the administrator, the last is the integration user. */
const users = [
  'Ada|Admin|admin|America/Los_Angeles',
  'Ben|Berger|ben.berger|Europe/Berlin',
  'Carla|Costa|carla.costa|America/Sao_Paulo',
  'Daichi|Doi|daichi.doi|Asia/Tokyo',
  'Emma|Evans|emma.evans|America/New_York',
  'Integration|User|integration|UTC',
];

export const userCount = users.length;

/** The rows every org has before anyone writes: itself, profiles, roles, users, queues, record types. */
export function seedSystem(db: Database, schema: Schema, now: number, orgNumber = 1): void {
  const stamp = Math.floor(now / 1000) * 1000 - 1_100 * 86_400_000;
  const insert = (object: string, row: number, values: Record<string, SqlValue>) => {
    const definition = schema.get(object);
    const stamps = {
      CreatedDate: stamp,
      CreatedById: adminUserId,
      LastModifiedDate: stamp,
      LastModifiedById: adminUserId,
      SystemModstamp: stamp,
    };
    const known = Object.entries({ ...stamps, ...values }).filter(([name]) =>
      definition.fields.some((f) => f.name === name),
    );
    const names = ['_row', 'Id', ...known.map(([name]) => name)].map(quoteName);
    const marks = names.map(() => '?').join(', ');
    db.prepareOnce(`INSERT INTO ${quoteName(object)} (${names.join(', ')}) VALUES (${marks})`).run(
      row,
      idOfRow(definition.keyPrefix, row),
      ...known.map(([, value]) => value),
    );
  };
  insert('Organization', orgNumber, {
    Name: 'Emulated Org',
    Country: 'US',
    PrimaryContact: 'Ada Admin',
    DefaultLocaleSidKey: 'en_US',
    TimeZoneSidKey: 'America/Los_Angeles',
    LanguageLocaleKey: 'en_US',
    FiscalYearStartMonth: 1,
    DefaultAccountAccess: 'Edit',
    DefaultContactAccess: 'ControlledByParent',
    DefaultOpportunityAccess: 'Edit',
    DefaultLeadAccess: 'ReadEditTransfer',
    DefaultCaseAccess: 'ReadEditTransfer',
    UiSkin: 'Theme3',
    SignupCountryIsoCode: 'US',
    OrganizationType: 'Developer Edition',
    InstanceName: 'EMU1',
    IsSandbox: false,
    WebToCaseDefaultOrigin: 'Web',
  });
  for (const [i, name] of [
    'System Administrator',
    'Standard User',
    'Minimum Access - API Only Integrations',
  ].entries()) {
    insert('Profile', i + 1, { Name: name, UserType: 'Standard' });
  }
  insert('UserRole', 1, { Name: 'CEO', DeveloperName: 'CEO' });
  insert('UserRole', 2, { Name: 'Sales', DeveloperName: 'Sales', ParentRoleId: idOfRow('00E', 1) });
  for (const [i, user] of users.entries()) {
    const [first, last, username, zone] = user.split('|') as [string, string, string, string];
    const profile = i === 0 ? 1 : i === users.length - 1 ? 3 : 2;
    insert('User', i + 1, {
      FirstName: first,
      LastName: last,
      Name: `${first} ${last}`,
      Username: `${username}@emulator.example`,
      Email: `${username}@emulator.example`,
      Alias: last.slice(0, 8).toLowerCase(),
      CommunityNickname: username,
      IsActive: true,
      TimeZoneSidKey: zone,
      LocaleSidKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
      LanguageLocaleKey: 'en_US',
      ProfileId: idOfRow('00e', profile),
      UserRoleId: idOfRow('00E', i === 0 ? 1 : 2),
      UserType: 'Standard',
      ManagerId: i === 0 ? null : adminUserId,
    });
  }
  insert('Group', 1, { Name: 'Support Queue', DeveloperName: 'Support_Queue', Type: 'Queue' });
  for (const { object, type, row } of allRecordTypes()) {
    insert('RecordType', row, {
      Name: type.name,
      DeveloperName: type.developerName,
      SobjectType: object.name,
      IsActive: true,
    });
  }
  insert('Pricebook2', 1, { Name: 'Standard Price Book', IsActive: true, IsStandard: true });
}
