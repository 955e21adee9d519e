import { AmpError } from '../../errors/amp-error.ts';
import type { HostedApi } from './hosted-api.ts';
import { path } from './path.ts';
import { contentMd5, zipOneFile } from './zip.ts';

/** `inline` sends the file in the request; `zip` through the platform's own storage, as its first command line did. */
export type UploadKind = 'inline' | 'zip';

export interface BatchUpload {
  /** The manifest file, byte for byte. */
  source: Buffer;
  /** Reads of removed objects end for installed customers. */
  destructive: boolean;
  upload: UploadKind;
}

/** Upserts the file's integrations. Answers what the platform says: its integrations. Throws `hosted-…`. */
export async function putBatch(api: HostedApi, { source, destructive, upload }: BatchUpload): Promise<unknown> {
  const put = (body: object) =>
    api.send<unknown>({
      method: 'PUT',
      path: path`/projects/${api.project}/integrations:batch`,
      ...(destructive && { query: { destructive: true } }),
      body,
    });
  if (upload === 'zip') return put({ sourceZipUrl: await uploadZip(api, source) });
  try {
    return await put({ sourceYaml: source.toString('utf8') });
  } catch (error) {
    // Refused for its size, so certainly not applied: the storage takes larger files.
    if (!(error instanceof AmpError) || error.details?.status !== 413) throw error;
    return put({ sourceZipUrl: await uploadZip(api, source) });
  }
}

/** Puts the manifest as a zip into the platform's storage and answers its `gs://` address. */
async function uploadZip(api: HostedApi, source: Buffer): Promise<string> {
  const zip = zipOneFile('amp.yaml', source);
  const md5 = contentMd5(zip);
  const {
    url,
    bucket,
    path: object,
  } = await api.get<{ url: string; bucket: string; path: string }>('/generate-upload-url', { md5 });
  if (!url || !bucket || !object || !URL.canParse(url)) {
    throw new AmpError({ code: 'hosted-answer-invalid', message: 'The platform gave no address to upload to.' });
  }
  await api.upload(new URL(url), zip, { 'content-md5': md5 });
  return `gs://${bucket}/${object}`;
}
