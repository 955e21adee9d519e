import { anything, described, flag, integer, listOf, mapOf, named, record, text, time } from '../schema/schema.ts';

const issueSchema = record(
  { in: text({ choices: ['query', 'body', 'path', 'header'] }), name: text(), detail: text() },
  { code: text(), remedy: text() },
);

/** What every refused or failed call answers, as `application/problem+json`. */
export const problemSchema = named(
  'Problem',
  record(
    {
      type: described(text({ format: 'uri' }), '`urn:amp:error:` and the code.'),
      code: described(text(), 'A code of docs/errors.md, stable for ever.'),
      title: text(),
      status: integer({ min: 400, max: 599 }),
      detail: described(text(), 'What is wrong with this request.'),
      instance: text(),
      href: text(),
      subsystem: described(
        text({ choices: ['auth', 'provider', 'mapping', 'config', 'delivery', 'schedule', 'store', 'api'] }),
        'Where the first cause arose.',
      ),
      time,
      requestId: text(),
      causes: described(listOf(text()), 'Innermost first.'),
      remedy: described(text(), 'What to do, one sentence or command.'),
      retryable: flag,
    },
    {
      retryAfter: described(text(), 'When a retry makes sense, as the org said it.'),
      context: mapOf(anything),
      issues: described(listOf(issueSchema), 'Each part of the request that is wrong.'),
    },
  ),
  'RFC 9457 with more fields.',
);
