import type { Schema } from '../schema/org-schema.ts';
import { allRecordTypes } from '../schema/record-types.ts';
import {
  accountTypes,
  campaignTypes,
  caseStatuses,
  caseSubjects,
  channels,
  choices,
  cityNames,
  eventSubjects,
  families,
  forecasts,
  industries,
  latitudes,
  leadStatuses,
  longitudes,
  probabilities,
  ratings,
  regions,
  roles,
  sources,
  stages,
  taskStatuses,
  taskSubjects,
  tiers,
  topics,
} from './choices.ts';
import { columnTools, type RecordCounts } from './column-tools.ts';
import type { Generator } from './generate.ts';
import { dropWords, generateRows, idSql, loadWords, stampColumns, wordTable } from './generate.ts';
import { seedPeople } from './people.ts';
import { adminUserId, standardPricebookId } from './system.ts';
import { companyHeads, companyTails, firstNames, lastNames, titles } from './words.ts';

/** Rows by object of `--seed crm`. */
export const crmCounts: RecordCounts = {
  Account: 1000,
  Contact: 10_000,
  Lead: 1500,
  Campaign: 12,
  CampaignMember: 1200,
  Product2: 40,
  PricebookEntry: 40,
  Opportunity: 2000,
  OpportunityLineItem: 3000,
  OpportunityContactRole: 2000,
  Case: 1500,
  Task: 2500,
  Event: 800,
  Touchpoint__c: 1500,
};

/** Fills the org with believable related rows; the same seed and moment give the same org. */
export function seedCrm(generator: Generator, schema: Schema, counts: RecordCounts): void {
  const { db } = generator;
  loadWords(db, choices);
  const { of, hash, pick, owner, some, sometimes, phone, day, moment, address } = columnTools(generator, counts);
  const stamps = (object: string) => stampColumns(generator, of(object), adminUserId);
  const generate = (object: string, columns: Record<string, string>, joins?: string) =>
    generateRows(generator, schema.get(object), of(object), { ...columns, ...stamps(object) }, joins);
  const business = allRecordTypes().find(({ object, type }) => object.name === 'Account' && type.isDefault)!.id;

  generate('Account', {
    Name: `${pick(1, companyHeads)} || ' ' || ${pick(2, companyTails)} || iif(n > 400, ' ' || n, '')`,
    RecordTypeId: `'${business}'`,
    Type: pick(3, accountTypes),
    Industry: sometimes(4, 9, pick(5, industries)),
    ...address('Billing', 6),
    BillingLatitude: `CAST(${pick(6, latitudes)} AS REAL)`,
    BillingLongitude: `CAST(${pick(6, longitudes)} AS REAL)`,
    Phone: phone(8),
    Website: `'https://www.account' || n || '.example'`,
    AnnualRevenue: `${hash(10, 90_000)} * 10000`,
    NumberOfEmployees: `${hash(11, 5000)} + 1`,
    AccountNumber: `printf('AC%07d', n)`,
    Rating: sometimes(12, 6, pick(13, ratings)),
    AccountSource: pick(14, sources),
    ERP_Id__c: `printf('ERP-%06d', n)`,
    Tier__c: pick(15, tiers),
    Regions__c: pick(16, regions),
    ParentId:
      of('Account') > 20 ? `iif(n > 20 AND ${hash(17, 12)} = 0, ${idSql('001', `${hash(18, 20)} + 1`)}, NULL)` : 'NULL',
    OwnerId: owner(19),
  });
  const account = `(${hash(20, Math.max(of('Account'), 1))} + 1)`;
  const people = seedPeople(generator);
  generate(
    'Contact',
    {
      AccountId: of('Account') > 0 ? `iif(${hash(21, 25)} = 0, NULL, ${idSql('001', account)})` : 'NULL',
      FirstName: 'p.first',
      LastName: 'l.text',
      Name: `p.first || ' ' || l.text`,
      Salutation: 'p.salutation',
      MailingStreet: `(n % 300 + 1) || p.street`,
      MailingCity: 'p.city',
      MailingState: 'p.state',
      MailingPostalCode: 'p.postal',
      MailingCountry: 'p.country',
      Phone: `p.phone || (n % 9000 + 1000)`,
      MobilePhone: 'p.mobile',
      Email: `p.mailbox || lower(l.text) || n || '@account' || ${account} || '.example'`,
      Title: 'p.title',
      Department: 'p.department',
      LeadSource: 'p.source',
      Birthdate: 'p.birthdate',
      Description: 'p.description',
      External_Id__c: `printf('C-%08d', n)`,
      Score__c: 'n % 101',
      Language__c: 'p.language',
      OwnerId: owner(44),
    },
    `JOIN temp.seed_person p ON p.i = ${hash(22, people)} JOIN temp.${wordTable(lastNames)} l ON l.i = ${hash(23, lastNames.length)}`,
  );
  generate(
    'Lead',
    {
      FirstName: 'f.text',
      LastName: 'l.text',
      Name: `f.text || ' ' || l.text`,
      Title: pick(52, titles),
      Company: `${pick(53, companyHeads)} || ' ' || ${pick(54, companyTails)}`,
      ...address('', 55),
      Phone: phone(57),
      Email: `lower(f.text) || '.' || lower(l.text) || n || '@lead.example'`,
      LeadSource: pick(59, sources),
      Status: pick(60, leadStatuses),
      Industry: pick(61, industries),
      Rating: sometimes(62, 6, pick(63, ratings)),
      NumberOfEmployees: hash(64, 2000),
      OwnerId: owner(65),
    },
    `JOIN temp.${wordTable(firstNames)} f ON f.i = ${hash(50, firstNames.length)} JOIN temp.${wordTable(lastNames)} l ON l.i = ${hash(51, lastNames.length)}`,
  );
  generate('Campaign', {
    Name: `${pick(70, campaignTypes)} || ' ' || ${pick(71, cityNames)} || ' ' || n`,
    Type: pick(70, campaignTypes),
    Status: `'In Progress'`,
    IsActive: '1',
    StartDate: day(72, -200, 150),
    EndDate: day(73, -40, 200),
    BudgetedCost: `${hash(74, 90)} * 1000`,
    OwnerId: owner(75),
  });
  generate('CampaignMember', {
    CampaignId: some('Campaign', '701', 76),
    ContactId: some('Contact', '003', 77),
    Status: `iif(${hash(78, 3)} = 0, 'Responded', 'Sent')`,
    HasResponded: `${hash(78, 3)} = 0`,
  });
  generate('Product2', {
    Name: `${pick(80, companyHeads)} || ' ' || ${pick(81, families)} || ' ' || n`,
    ProductCode: `printf('P-%04d', n)`,
    StockKeepingUnit: `printf('SKU-%05d', n)`,
    Family: pick(81, families),
    IsActive: '1',
  });
  generate('PricebookEntry', {
    Pricebook2Id: `'${standardPricebookId}'`,
    Product2Id: of('Product2') > 0 ? idSql('01t', `(n - 1) % ${of('Product2')} + 1`) : 'NULL',
    UnitPrice: `${hash(82, 5000)} + 0.5`,
    IsActive: '1',
  });
  const stage = hash(84, stages.length);
  const closeDay = day(85, -300, 500);
  generate('Opportunity', {
    AccountId: some('Account', '001', 83),
    Name: `${pick(86, companyHeads)} || ' ' || ${pick(87, families)} || ' deal ' || n`,
    StageName: pick(84, stages),
    Probability: `CAST(${pick(84, probabilities)} AS INTEGER)`,
    Amount: sometimes(88, 9, `${hash(89, 400_000)} + ${hash(90, 4)} * 0.25`),
    ExpectedRevenue: `round((${sometimes(88, 9, `${hash(89, 400_000)} + ${hash(90, 4)} * 0.25`)}) * CAST(${pick(84, probabilities)} AS INTEGER) / 100.0, 2)`,
    CloseDate: closeDay,
    FiscalYear: `CAST(substr(${closeDay}, 1, 4) AS INTEGER)`,
    FiscalQuarter: `(CAST(substr(${closeDay}, 6, 2) AS INTEGER) + 2) / 3`,
    Fiscal: `substr(${closeDay}, 1, 4) || ' ' || (CAST(substr(${closeDay}, 6, 2) AS INTEGER) + 2) / 3`,
    IsClosed: `${stage} >= 8`,
    IsWon: `${stage} = 8`,
    ForecastCategory: pick(84, forecasts),
    ForecastCategoryName: pick(84, forecasts),
    Type: `'New Customer'`,
    LeadSource: pick(93, sources),
    Pricebook2Id: `'${standardPricebookId}'`,
    External_Id__c: `printf('OPP-%06d', n)`,
    OwnerId: owner(94),
  });
  const item = `${hash(96, Math.max(of('PricebookEntry'), 1))} + 1`;
  generate('OpportunityLineItem', {
    OpportunityId: some('Opportunity', '006', 95),
    PricebookEntryId: of('PricebookEntry') > 0 ? idSql('01u', item) : 'NULL',
    Product2Id: of('Product2') > 0 ? idSql('01t', `(${item} - 1) % ${of('Product2')} + 1`) : 'NULL',
    Name: `'Item ' || n`,
    Quantity: `${hash(97, 20)} + 1`,
    UnitPrice: `${hash(98, 900)} + 10`,
    TotalPrice: `(${hash(97, 20)} + 1) * (${hash(98, 900)} + 10)`,
  });
  generate('OpportunityContactRole', {
    OpportunityId: some('Opportunity', '006', 100),
    ContactId: some('Contact', '003', 101),
    Role: pick(102, roles),
    IsPrimary: `${hash(103, 4)} = 0`,
  });
  generate('Case', {
    CaseNumber: `printf('%08d', n)`,
    AccountId: some('Account', '001', 104),
    ContactId: some('Contact', '003', 105),
    Subject: pick(106, caseSubjects),
    Status: pick(107, caseStatuses),
    IsClosed: `${hash(107, caseStatuses.length)} = 3`,
    ClosedDate: `iif(${hash(107, caseStatuses.length)} = 3, ${moment(108, 8_000_000)}, NULL)`,
    Priority: `iif(${hash(109, 4)} = 0, 'High', 'Medium')`,
    Origin: `iif(${hash(110, 2)} = 0, 'Web', 'Email')`,
    OwnerId: `iif(${hash(111, 4)} = 0, ${idSql('00G', '1')}, ${owner(112)})`,
  });
  generate('Task', {
    WhoId: `iif(${hash(113, 4)} = 0, ${some('Lead', '00Q', 114)}, ${some('Contact', '003', 115)})`,
    WhatId: `iif(${hash(116, 2)} = 0, ${some('Account', '001', 117)}, ${some('Opportunity', '006', 118)})`,
    Subject: pick(119, taskSubjects),
    ActivityDate: day(120, -90, 180),
    Status: pick(121, taskStatuses),
    IsClosed: `${hash(121, taskStatuses.length)} = 2`,
    CompletedDateTime: `iif(${hash(121, taskStatuses.length)} = 2, ${moment(122, 8_000_000)}, NULL)`,
    Priority: `iif(${hash(123, 5)} = 0, 'High', 'Normal')`,
    IsHighPriority: `${hash(123, 5)} = 0`,
    TaskSubtype: `'Task'`,
    // Old activities are archived: only queryAll shows them.
    IsArchived: 'n % 50 = 0',
    OwnerId: owner(124),
  });
  const start = `(${moment(127, 15_000_000)} / 900000 * 900000)`;
  generate('Event', {
    WhoId: some('Contact', '003', 125),
    WhatId: some('Account', '001', 126),
    Subject: pick(128, eventSubjects),
    Location: pick(129, cityNames),
    StartDateTime: start,
    ActivityDateTime: start,
    ActivityDate: `strftime('%Y-%m-%d', ${start} / 1000, 'unixepoch')`,
    DurationInMinutes: `(${hash(130, 4)} + 1) * 15`,
    EndDateTime: `${start} + (${hash(130, 4)} + 1) * 900000`,
    EndDate: `strftime('%Y-%m-%d', (${start} + (${hash(130, 4)} + 1) * 900000) / 1000, 'unixepoch')`,
    ShowAs: `'Busy'`,
    IsArchived: 'n % 50 = 0',
    GroupEventType: `'0'`,
    EventSubtype: `'Event'`,
    OwnerId: owner(131),
  });
  generate('Touchpoint__c', {
    Name: `printf('TP-%06d', n)`,
    Contact__c: some('Contact', '003', 132),
    Account__c: some('Account', '001', 133),
    Channel__c: pick(134, channels),
    Topics__c: sometimes(135, 8, pick(136, topics)),
    Occurred_At__c: moment(137, 60_000_000),
    Follow_Up__c: sometimes(138, 5, day(139, 1, 60)),
    Best_Time__c: sometimes(140, 5, `printf('%02d:30:00.000Z', ${hash(141, 24)})`),
    Weight__c: `${hash(142, 10_000)} / 1000.0`,
    Cost__c: `${hash(143, 5000)} + 0.99`,
    Confidence__c: `${hash(144, 1001)} / 10.0`,
    Is_Inbound__c: hash(145, 2),
    Place__Latitude__s: `CAST(${pick(146, latitudes)} AS REAL)`,
    Place__Longitude__s: `CAST(${pick(146, longitudes)} AS REAL)`,
    External_Id__c: `printf('TPX-%06d', n)`,
    OwnerId: owner(147),
  });
  db.exec('DROP TABLE temp.seed_person');
  dropWords(db, choices);
}
