import { join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';

import type { AssetBytes } from './asset-bytes.js';
import { AssetFiles } from './asset-files.js';

/** Where the bytes are to be, as the settings say it. */
export interface StoragePlace {
  /** Undefined: files. */
  readonly bucket: string | undefined;
  readonly prefix: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly forcePathStyle: boolean;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly spoolBytesMax: number;
}

/**
 * The place of the installation's bytes: a bucket where one is set, else `assets/` in `home`.
 *
 * @throws StartRefused for a bucket that is not there or refuses us. One that does not answer may come back.
 */
export async function openAssetBytes(home: string, { bucket, ...place }: StoragePlace): Promise<AssetBytes> {
  if (bucket === undefined) return new AssetFiles(join(home, 'assets'));
  const { openS3AssetBytes } = await import('./open-s3-asset-bytes.js'); // the SDK is loaded only where it is used
  const bytes = await openS3AssetBytes({ bucket, ...place, spoolRoot: join(home, 'spool') });
  const fault = await bytes.fault();
  if (fault?.kind !== 'refused') return bytes;
  await bytes.close();
  throw new StartRefused(fault.detail);
}
