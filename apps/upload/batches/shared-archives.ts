import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import { ARCHIVES_PREFIX } from '#storage/s3-asset-bytes.js';
import type { S3Bucket } from '#storage/s3-bucket.js';

import { ARCHIVE_ID, type WaitingArchive } from './archive-files.js';
import type { OpenRange } from './read-slice.js';

/** What S3 takes in one piece. */
export const SHARED_BYTES_MAX = 5_000_000_000;

/** Archives in the installation's bucket, one object each: every upload service works on them, and none goes with its machine. */
export class SharedArchives {
  private readonly prefix: string;

  /**
   * @param prefix of all keys of the installation
   * @param putMsMax how long an archive may take to get there
   */
  constructor(
    private readonly bucket: Pick<S3Bucket, 'put' | 'get' | 'remove' | 'pages' | 'refusesAlone'>,
    prefix: string,
    private readonly putMsMax: number,
  ) {
    this.prefix = prefix + ARCHIVES_PREFIX;
  }

  /** Puts a local file there. @throws StorageLate; the object may be there all the same */
  async put(id: string, path: string): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
    await this.bucket.put(this.prefix + id, { path, bytes, sha256: hash.digest() }, this.putMsMax);
  }

  /** Some bytes of an archive. @throws StorageLate; Error where it is gone, or the bucket gives all but this one */
  range(id: string): OpenRange {
    return async (offset, bytes) => {
      const object = await this.bucket
        .get(this.prefix + id, undefined, { offset, bytes })
        .catch(async (error: unknown) => {
          if (!(await this.bucket.refusesAlone(error))) throw error;
          throw new Error('the bucket does not give an archive that is worked on', { cause: error });
        });
      if (object === undefined) throw new Error('an archive that is worked on is not in the bucket any more');
      return Readable.from(object.body, { objectMode: false });
    };
  }

  /** All that are there, with when they were written, by our clock. @throws StorageLate */
  async list(): Promise<WaitingArchive[]> {
    const found: WaitingArchive[] = [];
    for await (const { objects, serverAheadMs } of this.bucket.pages({ prefix: this.prefix })) {
      for (const { key, modifiedAt } of objects) {
        const id = key.slice(this.prefix.length);
        if (ARCHIVE_ID.test(id)) found.push({ id, writtenAtMs: modifiedAt.getTime() - serverAheadMs });
      }
    }
    return found;
  }

  /** Harmless when there is none. @throws StorageLate */
  async remove(id: string): Promise<void> {
    await this.bucket.remove(this.prefix + id);
  }
}
