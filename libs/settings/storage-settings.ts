import type { EnvironmentReader } from './read-environment.js';
import { readS3Server, type S3ServerSettings } from './s3-server-settings.js';
import type { SettingName } from './setting-meanings.js';

/** Where the assets' bytes are. */
export interface StorageSettings extends S3ServerSettings {
  /** Undefined: files below `home`. */
  readonly bucket: string | undefined;
  /** Of all keys; empty, or it ends in a slash. */
  readonly prefix: string;
  /** Of one process. */
  readonly spoolBytesMax: number;
}

/** As S3 names buckets. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Characters that need no encoding anywhere; it ends in a slash. */
const PREFIX = /^([A-Za-z0-9_.-]+\/){1,16}$/;

/** Reads the group, and tells what its settings must be together. */
export function readStorage(from: EnvironmentReader<SettingName>): StorageSettings {
  const bucket = from.matchingOrNone('S3_BUCKET', BUCKET, 'portcullis-assets');
  const prefix = from.matchingOrNone('S3_PREFIX', PREFIX, 'assets/') ?? '';
  const server = readS3Server(from, 'S3');
  const spoolBytesMax = from.whole('SPOOL_BYTES_MAX', 1_000_000_000, { min: 2_000, max: 1_000_000_000_000 });
  return { bucket, prefix, ...server, spoolBytesMax };
}
