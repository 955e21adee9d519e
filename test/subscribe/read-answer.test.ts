import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/providers/salesforce/events/read-answer.ts';

const header = '{"entityName":"Account","recordIds":["001A"],"changeType":"UPDATE","commitNumber":1745500706683617281}';
const event = (payload: string, replayId = '7', more = '') =>
  `{"channel":"/data/AccountChangeEvent","data":{"schema":"s","payload":${payload},"event":{"replayId":${replayId}}}${more}}`;

describe('an answer of the stream', () => {
  it('gives each event the text of its own payload, commit numbers digit for digit', () => {
    const payloads = [`{"Name":"a \\"payload\\":{","ChangeEventHeader":${header}}`, `{"ChangeEventHeader":${header}}`];
    const { events, meta } = readAnswer(
      `[${event(payloads[0]!)},${event(payloads[1]!, '8')},{"channel":"/meta/connect","successful":true}]`,
    );
    expect(events.map(({ payload }) => payload.text)).toEqual(payloads);
    expect(events.map(({ replayId }) => replayId)).toEqual(['7', '8']);
    expect(events[0]!.plain).toMatchObject({ Name: 'a "payload":{' });
    expect(meta).toMatchObject([{ channel: '/meta/connect', successful: true }]);
  });

  it('keeps the digits of a replay id longer than a double', () => {
    const { events } = readAnswer(`[${event(`{"ChangeEventHeader":${header}}`, '9007199254740993')}]`);
    expect(events[0]!.replayId).toBe('9007199254740993');
  });

  it('leaves a payload with numbers to the exact parser, however deep they lie', () => {
    for (const field of ['"Amount":1.0', '"Address":{"Latitude":9007199254740993}', '"List":[1.50]']) {
      const { events } = readAnswer(`[${event(`{${field},"ChangeEventHeader":${header}}`)}]`);
      expect(events[0]!.plain).toBeUndefined();
      expect(events[0]!.payload.text).toContain(field);
    }
  });

  it('is not misled by another payload beside the one of an event', () => {
    const own = `{"Name":"own","ChangeEventHeader":${header}}`;
    const ping = '{"channel":"/meta/connect","ext":{"payload":{"Name":"other"}}}';
    for (const text of [`[${event(own)},${ping}]`, `[${ping},${event(own)}]`, `[${event(own, '7', ',"payload":{}')}]`])
      expect(readAnswer(text).events.map(({ payload }) => payload.text)).toEqual([own]);
  });

  it('says where an answer is no JSON and quotes nothing of it', () => {
    expect(() => readAnswer('[{"Name":"secret"')).toThrow(/^(?!.*secret)/);
  });
});
