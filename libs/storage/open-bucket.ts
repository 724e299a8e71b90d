import type { StoragePlace } from './open-asset-bytes.js';
import type { S3Bucket } from './s3-bucket.js';

/** The installation's bucket for what is no asset; undefined where there is none. Asks it nothing yet. */
export async function openBucket({ bucket, ...place }: StoragePlace): Promise<S3Bucket | undefined> {
  if (bucket === undefined) return undefined;
  const { S3Bucket: Opened } = await import('./s3-bucket.js'); // the SDK is loaded only where it is used
  return new Opened({ bucket, ...place });
}
