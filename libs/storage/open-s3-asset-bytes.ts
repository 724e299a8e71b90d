import { S3AssetBytes } from './s3-asset-bytes.js';
import { S3Bucket } from './s3-bucket.js';
import type { S3Place } from './s3-client.js';
import { Spool } from './spool.js';

interface S3Storage extends S3Place {
  readonly prefix: string;
  readonly spoolRoot: string;
  readonly spoolBytesMax: number;
}

/** Asset bytes in a bucket. Asks it nothing yet. */
export async function openS3AssetBytes({
  prefix,
  spoolRoot,
  spoolBytesMax,
  ...place
}: S3Storage): Promise<S3AssetBytes> {
  return new S3AssetBytes(new S3Bucket(place), prefix, await Spool.open(spoolRoot, spoolBytesMax));
}
