import { expect, test } from 'vitest';
import { openLog } from '../../src/commands/open-log.ts';
import { AmpError } from '../../src/errors/amp-error.ts';
import { openMemoryState } from '../../src/store/state.ts';
import { manualClock } from './manual-clock.ts';

test('AMP_LOG_FORMAT=json writes each line to stderr in the log data model of OpenTelemetry', async () => {
  const notices: string[] = [];
  const state = openMemoryState();
  const context = {
    clock: manualClock('2026-02-03T09:00:00Z'),
    config: { env: { AMP_LOG_FORMAT: 'json' } },
    output: { notice: (text: string) => notices.push(text) },
  };
  const log = await openLog(context as never, state);
  const operation = log.start({ action: 'read', object: 'Contact', startedBy: 'cli' });
  operation.info('Page 1', { http: { method: 'GET', path: '/services/data', status: 200 }, attempt: 1 });
  operation.fail(new AmpError({ code: 'salesforce-unavailable', message: 'Down.' }));
  expect(notices.map((line) => JSON.parse(line))).toMatchObject([
    {
      timestamp: '2026-02-03T09:00:00.000Z',
      severityText: 'INFO',
      severityNumber: 9,
      body: 'Page 1',
      attributes: {
        'amp.operation.id': operation.id,
        'http.request.method': 'GET',
        'url.path': '/services/data',
        'http.response.status_code': 200,
        'amp.attempt': 1,
      },
    },
    {
      severityText: 'ERROR',
      severityNumber: 17,
      body: 'Down.',
      attributes: { 'error.type': 'salesforce-unavailable', 'amp.subsystem': 'provider' },
    },
  ]);
});
