import { BytesUnreadable, StorageLate } from './errors.js';
import type { S3Bucket } from './s3-bucket.js';
import { statusOf } from './s3-errors.js';
import type { ListedObject, ListOptions } from './s3-pages.js';

const PRECONDITION_FAILED = 412;

/** All objects under a prefix, in the order of their keys' UTF-8 bytes. @throws StorageLate */
export async function* listObjects(bucket: S3Bucket, options: ListOptions): AsyncGenerator<ListedObject> {
  for await (const { objects } of bucket.pages(options)) yield* objects;
}

/**
 * An object's bytes, bounded in time. A stream that breaks off is an error, never a short object.
 *
 * @param listed only that object, not another that has its key by now; left out: whichever it is
 * @throws BytesUnreadable where there is none, or another; StorageLate
 */
export async function* readObject(
  bucket: S3Bucket,
  key: string,
  listed?: Pick<ListedObject, 'etag' | 'bytes'>,
): AsyncGenerator<Uint8Array> {
  const object = await bucket.get(key, listed?.etag).catch((error: unknown) => {
    if (error instanceof StorageLate && statusOf(error.cause) === PRECONDITION_FAILED) return undefined;
    throw error;
  });
  if (object === undefined) throw new BytesUnreadable('there is no such object under this key');
  // servers that do not know conditions send what is there
  if (listed !== undefined && object.bytes !== listed.bytes) {
    object.cancel();
    throw new BytesUnreadable('the object is another by now');
  }
  yield* object.body;
}
