import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessagePacker, messageLimitBytes, packMessages } from '../../src/destinations/pack.ts';

const head = { action: 'read', objectName: 'contact', groupRef: 'acme' };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const parse = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString('utf8'));

describe('packing records into messages', () => {
  test('a message is the envelope, the count and the records as they were given', () => {
    const [message, ...rest] = packMessages(head, [json({ a: 1 }), json({ b: 'ü' })]);
    expect(rest).toEqual([]);
    expect(message!.records).toBe(2);
    expect(Buffer.from(message!.body).toString()).toBe(
      '{"action":"read","objectName":"contact","groupRef":"acme","resultInfo":{"type":"inline","numRecords":2},"result":[{"a":1},{"b":"ü"}]}',
    );
  });

  test('no records, no message', () => {
    expect([...packMessages(head, [])]).toEqual([]);
  });

  test('an empty envelope is still JSON', () => {
    const [message] = packMessages({}, [json(1)]);
    expect(parse(message!.body)).toEqual({ resultInfo: { type: 'inline', numRecords: 1 }, result: [1] });
  });

  test('any records in any limit: each appears once, in order, and no body is too large', () => {
    const record = fc.record({ n: fc.integer(), text: fc.string({ unit: 'grapheme', maxLength: 60 }) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), fc.integer({ min: 120, max: 700 }), (records, limitBytes) => {
        const messages = [...packMessages(head, records.map(json), { limitBytes })];
        const seen = messages.flatMap((message) => {
          const body = parse(message.body);
          expect(body.resultInfo.numRecords).toBe(message.records);
          if (message.download) {
            expect(body.result).toBeUndefined();
            expect(message.records).toBe(1);
            return parse(message.download.content);
          }
          expect(message.body.byteLength).toBeLessThanOrEqual(limitBytes);
          expect(body.result).toHaveLength(message.records);
          return body.result;
        });
        expect(seen).toEqual(records);
      }),
      { numRuns: 300 },
    );
  });

  test('a body of exactly 300,000 bytes travels inline, one byte more does not, multi-byte text included', () => {
    for (const filler of ['x', 'ü', '漢', '😀']) {
      const bytes = Buffer.byteLength(filler);
      const [empty] = packMessages(head, [json({ text: '' })]);
      const room = messageLimitBytes - empty!.body.byteLength;
      const text = filler.repeat(Math.floor(room / bytes)) + 'y'.repeat(room % bytes);
      const [full] = packMessages(head, [json({ text })]);
      expect(full!.body.byteLength).toBe(messageLimitBytes);
      expect(full!.download).toBeUndefined();
      const [over] = packMessages(head, [json({ text: `${text}z` })]);
      expect(parse(over!.body).resultInfo).toMatchObject({ type: 'url', numRecords: 1 });
      expect(parse(over!.download!.content)).toEqual([{ text: `${text}z` }]);
    }
  });

  test('a record too large alone keeps its place between the others', () => {
    const packer = new MessagePacker(head, { limitBytes: 200 });
    const large = json({ text: 'x'.repeat(300) });
    expect(packer.add(json(1))).toEqual([]);
    const done = packer.add(large);
    expect(done.map((message) => message.download !== undefined)).toEqual([false, true]);
    expect(packer.add(json(2))).toEqual([]);
    expect(parse(packer.finish()[0]!.body).result).toEqual([2]);
  });
});
