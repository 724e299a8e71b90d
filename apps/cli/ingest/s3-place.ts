import { StartRefused } from '#contracts/errors.js';
import type { S3ServerSettings } from '#settings/s3-server-settings.js';
import { BytesUnreadable, StorageLate } from '#storage/errors.js';
import { S3Bucket } from '#storage/s3-bucket.js';
import { statusOf } from '#storage/s3-errors.js';
import { listObjects, readObject } from '#storage/s3-listing.js';
import type { ListedObject } from '#storage/s3-pages.js';

import { ItemFault, type IngestPlace, type Listed, type ListedItem, type OpenedItem } from './place.js';

/** `s3://bucket/prefix`; the prefix may be any text. */
const LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;
/** Of requests that the bucket will refuse again: such as of an object in cold storage, or that nobody may read. */
const REFUSED = [400, 401, 403, 405];
const VERSION = /^(\d+) (.*)$/s;

/** The objects of a bucket whose keys begin with a prefix. An item's key is the object's, whole. */
export class S3Place implements IngestPlace {
  readonly kind = 's3';

  private constructor(
    readonly location: string,
    private readonly bucket: S3Bucket,
    private readonly prefix: string,
  ) {}

  /** @throws StartRefused when it is no location of S3, or the bucket cannot be used */
  static async at(location: string, server: S3ServerSettings): Promise<S3Place> {
    const [, name, prefix = ''] = LOCATION.exec(location) ?? [];
    if (name === undefined) throw new StartRefused(`${location} must be like s3://bucket/prefix`);
    const bucket = new S3Bucket({ bucket: name, ...server });
    const fault = await bucket.fault();
    if (fault !== undefined) throw new StartRefused(fault.detail.replaceAll(/\bS3_/g, 'SOURCE_S3_'));
    return new S3Place(`s3://${name}/${prefix}`, bucket, prefix);
  }

  async *list(after: Buffer | undefined): AsyncGenerator<Listed> {
    for await (const object of listObjects(this.bucket, { prefix: this.prefix, startAfter: after?.toString('utf8') })) {
      // what tools put there for an empty folder
      if (!object.key.endsWith('/')) yield { kind: 'item', item: itemOf(object) };
    }
  }

  async find(key: Buffer): Promise<ListedItem | undefined> {
    const prefix = key.toString('utf8');
    for await (const object of listObjects(this.bucket, { prefix })) {
      // the shortest of those that begin so comes first
      return object.key === prefix ? itemOf(object) : undefined;
    }
    return undefined;
  }

  async open(item: ListedItem): Promise<OpenedItem | undefined> {
    const [, size = '', etag = ''] = VERSION.exec(item.version) ?? [];
    const bytes = Number(size);
    const chunks = readObject(this.bucket, item.key.toString('utf8'), { etag, bytes });
    const close = async (): Promise<void> => {
      await chunks.return(undefined);
    };
    try {
      const first = await chunks.next();
      return { bytes, chunks: joined(first, chunks), close };
    } catch (error) {
      if (error instanceof BytesUnreadable) return this.goneOrChanged(item);
      if (!(error instanceof StorageLate)) throw error;
      const status = statusOf(error.cause);
      if (status === undefined) throw error;
      // an object that is always late while its bucket answers must not end every run at its page
      if (!REFUSED.includes(status) && (await this.bucket.fault()) !== undefined) throw error;
      throw new ItemFault('unreadable', `it cannot be read: ${error.message}`, { cause: error });
    }
  }

  private async goneOrChanged({ key }: ListedItem): Promise<undefined> {
    if ((await this.find(key)) === undefined) return undefined;
    throw new ItemFault('changing', 'it changed since it was listed');
  }
}

const itemOf = ({ key, bytes, etag }: ListedObject): ListedItem => ({
  key: Buffer.from(key, 'utf8'),
  version: `${bytes} ${etag}`,
});

async function* joined(
  first: IteratorResult<Uint8Array, unknown>,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
