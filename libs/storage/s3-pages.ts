import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

import { withS3 } from './s3-errors.js';

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** With its quotes; it changes with the content. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface ListOptions {
  readonly prefix: string;
  /** Only keys after this one. */
  readonly startAfter?: string | undefined;
  /** How many at once; a thousand, which is the most, unless said. */
  readonly perPage?: number;
}

export interface ListedPage {
  readonly objects: ListedObject[];
  /** How far the server's clock is ahead of ours, in milliseconds, within a second or so. */
  readonly serverAheadMs: number;
}

const PAGE_MS_MAX = 30_000;

/**
 * Pages of a bucket in the order of the keys' UTF-8 bytes. Each page starts after the last key of the one before, so that
 * a listing can go on from any key.
 *
 * @throws StorageLate
 */
export async function* listPages(
  client: S3Client,
  bucket: string,
  { prefix, startAfter, perPage = 1_000 }: ListOptions,
): AsyncGenerator<ListedPage> {
  for (let after = startAfter; ;) {
    const { page, more } = await listPage(client, {
      Bucket: bucket,
      Prefix: prefix,
      StartAfter: after,
      MaxKeys: perPage,
    });
    yield page;
    after = page.objects.at(-1)?.key;
    if (!more || after === undefined) return;
  }
}

async function listPage(
  client: S3Client,
  { StartAfter, ...where }: { Bucket: string; Prefix: string; StartAfter: string | undefined; MaxKeys: number },
): Promise<{ page: ListedPage; more: boolean }> {
  const command = new ListObjectsV2Command({
    ...where,
    ...(StartAfter === undefined ? {} : { StartAfter }),
    EncodingType: 'url', // XML cannot carry every key
  });
  let serverAheadMs = 0;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      serverAheadMs = aheadMs(result.response, Date.now());
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  const listed = await withS3(() => client.send(command, { abortSignal: AbortSignal.timeout(PAGE_MS_MAX) }));
  const isEncoded = listed.EncodingType === 'url';
  const objects = (listed.Contents ?? []).flatMap(({ Key, Size, ETag, LastModified }) =>
    Key === undefined || LastModified === undefined
      ? []
      : [{ key: isEncoded ? decodeKey(Key) : Key, bytes: Size ?? 0, etag: ETag ?? '', modifiedAt: LastModified }],
  );
  return { page: { objects, serverAheadMs }, more: listed.IsTruncated === true };
}

/** As S3 encodes keys when asked to: a form's encoding. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

/** @param response an HTTP response, as the SDK's middleware sees it */
function aheadMs(response: unknown, nowMs: number): number {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return 0;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return 0;
  const serverMs = Date.parse(String(headers.date));
  return Number.isNaN(serverMs) ? 0 : serverMs - nowMs;
}
