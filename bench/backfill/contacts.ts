/** Contact-like rows of 13 columns and about 324 bytes: nearly half with non-ASCII text, a third with quotes or newlines. */
export const columns = [
  ['Id', 'id'],
  ['FirstName', 'string'],
  ['LastName', 'string'],
  ['Title', 'string'],
  ['Description', 'textarea'],
  ['HasOptedOutOfEmail', 'boolean'],
  ['CreatedDate', 'datetime'],
  ['SystemModstamp', 'datetime'],
  ['Email', 'email'],
  ['Phone', 'phone'],
  ['MailingCity', 'string'],
  ['Score__c', 'double'],
  ['OwnerId', 'reference'],
] as const;

/** What every case maps: eight fields and five mappings, as in `fields`/`mappedFields`. */
export const fields = [
  'Id',
  'FirstName',
  'LastName',
  'Title',
  'Description',
  'HasOptedOutOfEmail',
  'CreatedDate',
  'SystemModstamp',
];
export const mappings = { email: 'Email', phone: 'Phone', city: 'MailingCity', score: 'Score__c', owner: 'OwnerId' };

const firstNames = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Zoë', 'Łukasz', '美咲', 'Peter'];
const cities = ['Bonn', 'São Paulo', 'München', 'Oslo', 'Kraków', 'Lyon', '東京', 'Quito'];
const notes = [
  'Met at the fair in spring and asked for a second quote, call back in the afternoon.',
  'Said "maybe next quarter"\nand asked for a discount.\nSecond line of the note, C:\\temp.',
  'Prefers e-mail. Größe und Übergang sind noch offen; naïve façade.',
  '',
];

/** One page: header line and `rows` rows, every value quoted. Always the same for the same count. */
export function makePage(rows: number): Buffer {
  const chunks = [Buffer.from(`${columns.map(([name]) => `"${name}"`).join(',')}\n`)];
  for (let from = 0; from < rows; from += 1000) {
    let text = '';
    for (let i = from; i < Math.min(from + 1000, rows); i++) {
      const id = `003${String(i).padStart(12, '0')}AAA`;
      text += `"${id}","${firstNames[i % 8]}","Surname${i % 997}","${i % 5 === 0 ? '' : 'Head of Something'}","${notes[(i >> 1) % 4]!.replaceAll('"', '""')}","${i % 3 === 0}","2025-0${(i % 9) + 1}-1${i % 10}T10:11:12.000Z","2026-01-0${(i % 9) + 1}T0${i % 10}:11:12.000Z","contact.${i}@example.com","+49 228 ${1000000 + i}","${cities[(i >> 2) % 8]}","${i % 7 === 0 ? '' : (i % 1000) / 8}","005000000000${String(i % 100).padStart(3, '0')}AAA"\n`;
    }
    chunks.push(Buffer.from(text));
  }
  return Buffer.concat(chunks);
}
