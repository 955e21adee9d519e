import { AwsV4Signer } from 'aws4fetch';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AwsAccount, type AwsReceived, signatureProblem } from './aws-receiver.ts';

const account: AwsAccount = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 's3',
  now: () => Date.parse('2013-05-24T00:00:00Z'),
};

/** "Examples: Signature Calculations", PUT Object, in the S3 API reference. */
const published: AwsReceived = {
  method: 'PUT',
  path: '/test%24file.text',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    date: 'Fri, 24 May 2013 00:00:00 GMT',
    'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  body: Buffer.from('Welcome to Amazon S3.'),
};

describe('the signature check of the tests', () => {
  test('accepts the example AWS publishes, and nothing changed about it', () => {
    expect(signatureProblem(published, account)).toBeUndefined();
    const changed = (more: Partial<AwsReceived>) => signatureProblem({ ...published, ...more }, account);
    expect(changed({ body: Buffer.from('Welcome to Amazon S4.') })).toBe('the body is another one');
    expect(changed({ path: '/test%24file.txt' })).toBe('the signature differs');
    expect(changed({ method: 'POST' })).toBe('the signature differs');
    expect(changed({ headers: { ...published.headers, 'x-amz-meta-x': '1' } })).toBe('x-amz-meta-x is not signed');
    expect(signatureProblem(published, { ...account, secretAccessKey: 'x' })).toBe('the signature differs');
    expect(signatureProblem(published, { ...account, now: () => Date.parse('2013-05-24T00:16:00Z') })).toBe(
      'the date is not near',
    );
  });

  test('agrees with the signer on any key and metadata', async () => {
    const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((text) => !/^\.\.?$/.test(text));
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 4 }), value, async (segments, text) => {
        const encode = (part: string) =>
          encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
        const signed = await new AwsV4Signer({
          ...account,
          method: 'PUT',
          url: `https://bucket.example.com/${segments.map(encode).join('/')}`,
          headers: {
            'x-amz-meta-text': text,
            'x-amz-content-sha256': published.headers['x-amz-content-sha256'] as string,
          },
          body: 'Welcome to Amazon S3.',
          datetime: '20130524T000000Z',
        }).sign();
        const headers = { ...Object.fromEntries(signed.headers), host: 'bucket.example.com' };
        const received = { ...published, path: signed.url.pathname, headers };
        expect(signatureProblem(received, account)).toBeUndefined();
      }),
    );
  });
});
