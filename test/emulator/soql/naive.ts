import fc from 'fast-check';

/**
 * A second, naive evaluator: every piece of SOQL is made together with a plain JavaScript function that says what it means.
 * Nothing here knows the parser, the compiler or SQL.
 */
export interface Row {
  LastName: string;
  Title: string | null;
  LeadSource: string | null;
  Score__c: number | null;
  Birthdate: string | null;
  EmailBouncedDate: number | null;
  account: AccountRow | null;
}

export interface AccountRow {
  Name: string;
  Rating: string | null;
  NumberOfEmployees: number | null;
  Regions__c: string[];
}

export interface Condition {
  soql: string;
  holds: (row: Row) => boolean;
}

const texts = [
  'alpha',
  'Beta',
  'beta max',
  'GAMMA',
  'delta_1',
  '50% off',
  "O'Neil",
  'Ünal',
  'ünal',
  'q"uote',
  'back\\slash',
];
const sources = ['Web', 'Phone Inquiry', 'Other'];
const ratings = ['Hot', 'Warm', 'Cold'];
const regions = ['AMER', 'EMEA', 'APAC', 'LATAM'];
const numbers = [-5, 0, 1, 3, 7, 100, 1e6];
const days = ['1970-01-01', '1999-12-31', '2000-02-29', '2026-03-04'];
const moments = ['2020-01-01T00:00:00Z', '2024-02-29T23:59:59Z', '2026-03-04T12:00:00Z'].map((text) =>
  Date.parse(text),
);

const orNull = <Value>(values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: null, freq: 4 });

export const accountRows = fc.array(
  fc.record<AccountRow>({
    Name: fc.constantFrom(...texts),
    Rating: orNull(ratings),
    NumberOfEmployees: orNull([0, 1, 7, 100]),
    Regions__c: fc.subarray(regions),
  }),
  { minLength: 3, maxLength: 6 },
);

export const contactRows = (accounts: AccountRow[]) =>
  fc.array(
    fc.record<Row>({
      LastName: fc.constantFrom(...texts),
      Title: orNull(texts),
      LeadSource: orNull(sources),
      Score__c: orNull(numbers),
      Birthdate: orNull(days),
      EmailBouncedDate: orNull(moments),
      account: orNull(accounts),
    }),
    { minLength: 15, maxLength: 25 },
  );

const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
const fold = (text: string) => text.toLowerCase();

interface Subject<Value> {
  soql: string;
  of: (row: Row) => Value | null;
}

const textSubjects: Subject<string>[] = [
  { soql: 'LastName', of: (row) => row.LastName },
  { soql: 'Title', of: (row) => row.Title },
  { soql: 'LeadSource', of: (row) => row.LeadSource },
  { soql: 'Account.Name', of: (row) => row.account?.Name ?? null },
  { soql: 'Account.Rating', of: (row) => row.account?.Rating ?? null },
];
const numberSubjects: Subject<number>[] = [
  { soql: 'Score__c', of: (row) => row.Score__c },
  { soql: 'Account.NumberOfEmployees', of: (row) => row.account?.NumberOfEmployees ?? null },
];
const daySubject: Subject<string> = { soql: 'Birthdate', of: (row) => row.Birthdate };
const momentSubject: Subject<number> = { soql: 'EmailBouncedDate', of: (row) => row.EmailBouncedDate };
const isoMoment = (ms: number) => new Date(ms).toISOString();
const plain = (value: unknown) => String(value);

const orders = ['<', '<=', '>', '>='] as const;
const ordered = <Value>(operator: (typeof orders)[number], a: Value, b: Value): boolean =>
  operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;

/** Equality, its opposite (true for null too), order (false for null) and lists of one subject. */
function comparisons<Value>(
  subject: Subject<Value>,
  values: readonly Value[],
  write: (value: Value) => string,
  same: (a: Value, b: Value) => boolean,
): fc.Arbitrary<Condition> {
  const value = fc.constantFrom(...values);
  const isOneOf = (row: Row, list: (Value | null)[]) => {
    const own = subject.of(row);
    return list.some((one) => (one === null || own === null ? one === own : same(own, one)));
  };
  return fc.oneof(
    value.map((v) => ({ soql: `${subject.soql} = ${write(v)}`, holds: (row: Row) => isOneOf(row, [v]) })),
    value.map((v) => ({ soql: `${subject.soql} != ${write(v)}`, holds: (row: Row) => !isOneOf(row, [v]) })),
    fc.constant({ soql: `${subject.soql} = null`, holds: (row: Row) => subject.of(row) === null }),
    fc.constant({ soql: `${subject.soql} != null`, holds: (row: Row) => subject.of(row) !== null }),
    fc.array(fc.option(value, { nil: null, freq: 5 }), { minLength: 1, maxLength: 3 }).chain((list) => {
      const written = list.map((v) => (v === null ? 'null' : write(v))).join(', ');
      return fc.constantFrom(
        { soql: `${subject.soql} IN (${written})`, holds: (row: Row) => isOneOf(row, list) },
        { soql: `${subject.soql} NOT IN (${written})`, holds: (row: Row) => !isOneOf(row, list) },
      );
    }),
  );
}

function orderings<Value>(
  subject: Subject<Value>,
  values: readonly Value[],
  write: (value: Value) => string,
): fc.Arbitrary<Condition> {
  return fc.tuple(fc.constantFrom(...orders), fc.constantFrom(...values)).map(([operator, v]) => ({
    soql: `${subject.soql} ${operator} ${write(v)}`,
    holds: (row: Row) => {
      const own = subject.of(row);
      return own !== null && ordered(operator, own, v);
    },
  }));
}

/** `%` any characters, `_` one, a backslash makes them plain. */
function like(subject: Subject<string>): fc.Arbitrary<Condition> {
  const piece = fc.oneof(
    fc.constantFrom(
      { soql: '%', regex: '[\\s\\S]*' },
      { soql: '_', regex: '[\\s\\S]' },
      { soql: '\\%', regex: '%' },
      { soql: '\\_', regex: '_' },
    ),
    fc.constantFrom('a', 'B', 'eta', 'ü', "'", '"', ' ', 'ALPHA').map((text) => ({
      soql: text.replace(/'/g, "\\'"),
      regex: fold(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    })),
  );
  return fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => {
    const pattern = new RegExp(`^${pieces.map((p) => p.regex).join('')}$`, 'u');
    return {
      soql: `${subject.soql} LIKE '${pieces.map((p) => p.soql).join('')}'`,
      holds: (row: Row) => {
        const own = subject.of(row);
        return own !== null && pattern.test(fold(own));
      },
    };
  });
}

const multiple: fc.Arbitrary<Condition> = fc
  .tuple(fc.boolean(), fc.array(fc.subarray(regions, { minLength: 1 }), { minLength: 1, maxLength: 2 }))
  .map(([include, groups]) => ({
    soql: `Account.Regions__c ${include ? 'INCLUDES' : 'EXCLUDES'} (${groups.map((group) => quote(group.join(';'))).join(', ')})`,
    holds: (row: Row) => {
      const own = row.account?.Regions__c ?? [];
      return groups.some((group) => group.every((one) => own.includes(one))) === include;
    },
  }));

/** Accounts that satisfy something themselves. */
const semiJoin: fc.Arbitrary<Condition> = fc
  .tuple(fc.boolean(), fc.constantFrom(...ratings))
  .map(([positive, rating]) => ({
    soql: `AccountId ${positive ? 'IN' : 'NOT IN'} (SELECT Id FROM Account WHERE Rating = '${rating}')`,
    holds: (row: Row) => (row.account !== null && row.account.Rating === rating) === positive,
  }));

const asciiTexts = texts.filter((text) => /^[a-z ]+$/i.test(text));
const sameText = (a: string, b: string) => fold(a) === fold(b);
const same = <Value>(a: Value, b: Value) => a === b;

const simple: fc.Arbitrary<Condition> = fc.oneof(
  ...textSubjects.map((s) => comparisons(s, [...texts, ...sources, ...ratings], quote, sameText)),
  ...textSubjects.map(like),
  ...numberSubjects.map((s) => comparisons(s, numbers, plain, same)),
  ...numberSubjects.map((s) => orderings(s, numbers, plain)),
  comparisons(daySubject, days, plain, same),
  orderings(daySubject, days, plain),
  comparisons(momentSubject, moments, isoMoment, same),
  orderings(momentSubject, moments, isoMoment),
  orderings({ soql: 'LeadSource', of: (row) => row.LeadSource && fold(row.LeadSource) }, asciiTexts.map(fold), quote),
  multiple,
);

const joined = (word: 'AND' | 'OR', parts: Condition[]): Condition => ({
  soql: parts.map((part) => `(${part.soql})`).join(` ${word} `),
  holds: (row) => (word === 'AND' ? parts.every((part) => part.holds(row)) : parts.some((part) => part.holds(row))),
});

const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    simple,
    tie('tree').map((part) => ({ soql: `NOT (${part.soql})`, holds: (row: Row) => !part.holds(row) })),
    fc
      .tuple(fc.constantFrom('AND' as const, 'OR' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
      .map(([word, parts]) => joined(word, parts)),
  ),
}));

/** Any condition; at most one semi-join, which stands at the top. */
export const conditions: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 5, arbitrary: tree },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('AND' as const, 'OR' as const), tree, semiJoin)
      .map(([word, a, b]) => joined(word, [a, b])),
  },
);

export interface Order {
  soql: string;
  compare: (a: Row, b: Row) => number;
}

const orderSubjects: Subject<string | number>[] = [
  ...numberSubjects,
  daySubject,
  momentSubject,
  textSubjects[2]!,
  textSubjects[4]!,
];

/** One sort key; nulls first in both directions unless said. */
export const sortKeys: fc.Arbitrary<Order> = fc
  .tuple(fc.constantFrom(...orderSubjects), fc.boolean(), fc.constantFrom('', ' NULLS FIRST', ' NULLS LAST'))
  .map(([subject, descending, nulls]) => ({
    soql: `${subject.soql}${descending ? ' DESC' : ''}${nulls}`,
    compare: (a, b) => {
      const [x, y] = [subject.of(a), subject.of(b)];
      if (x === null || y === null) {
        if (x === y) return 0;
        return (x === null) === (nulls !== ' NULLS LAST') ? -1 : 1;
      }
      const way = x < y ? -1 : x > y ? 1 : 0;
      return descending ? -way : way;
    },
  }));
