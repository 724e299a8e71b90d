import { createHash } from 'node:crypto';

import type { AssetBytes, BorrowedBytes, BytesPresence, PlaceFault, StoredBytes } from './asset-bytes.js';
import { assetName, idOfName } from './asset-name.js';
import { BytesUnreadable, SpoolFull, StorageLate } from './errors.js';
import type { RemoteObject, S3Bucket } from './s3-bucket.js';
import type { Spool, SpoolFile } from './spool.js';

interface Upload {
  readonly isPut: Promise<boolean>;
  readonly file: SpoolFile;
}

/** A file that several borrow at once is fetched once and removed after the last of them. */
interface Loan {
  readonly file: Promise<SpoolFile>;
  borrowers: number;
}

/** A bucket that stops answering is noticed after seconds: so many clients at most wait for it. */
const UPLOADS_MAX = 512;
/** A body that broke off, or came with other bytes, is fetched once more. */
const FETCHES_MAX = 2;
/** Beside the assets, below the same prefix: archives that wait to be worked off. */
export const ARCHIVES_PREFIX = 'bulk/';

/**
 * Asset bytes in a bucket, one object an asset, under the names that files have (docs/decisions/0016). What is looked at is
 * in the spool meanwhile.
 */
export class S3AssetBytes implements AssetBytes {
  private readonly loans = new Map<string, Loan>();
  /** Uploads whose files are here still. */
  private readonly uploads = new Map<string, Upload>();

  /** @param prefix of all keys: nothing else may be under it, except for `ARCHIVES_PREFIX` */
  constructor(
    private readonly bucket: S3Bucket,
    private readonly prefix: string,
    private readonly spool: Spool,
    private readonly uploadsMax = UPLOADS_MAX,
  ) {}

  /** They are in the spool when this resolves, and on their way to the bucket. */
  async write(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes> {
    const key = this.key(assetId);
    if (this.uploads.size >= this.uploadsMax) throw new StorageLate('too many uploads wait for the bucket');
    const file = await this.spool.write(assetId, source, { bytesMax, known: false });
    const { path, sha256, bytes } = file;
    const settled = this.bucket.put(key, file);
    const isPut = settled.then(
      () => true,
      () => false,
    );
    const upload: Upload = { isPut, file };
    this.uploads.set(assetId, upload);
    return { path, sha256, bytes, settled, release: () => this.drop(assetId, upload) };
  }

  /** An object whose put failed may still come to be: it is an orphan then, and collected as such. */
  async remove(assetId: string): Promise<void> {
    const key = this.key(assetId);
    const upload = this.uploads.get(assetId);
    if (upload !== undefined) await this.drop(assetId, upload);
    if ((await upload?.isPut) !== false) await this.bucket.remove(key);
  }

  async borrow(assetId: string, sha256: string): Promise<BorrowedBytes> {
    const key = this.key(assetId);
    const loan = this.loans.get(assetId) ?? { file: this.fetch(key, assetId, sha256), borrowers: 0 };
    this.loans.set(assetId, loan);
    loan.borrowers += 1;
    let isReleased = false;
    const release = async (): Promise<void> => {
      if (isReleased) return;
      isReleased = true;
      loan.borrowers -= 1;
      if (loan.borrowers > 0) return;
      this.loans.delete(assetId);
      await (await loan.file).remove();
    };
    try {
      return { path: (await loan.file).path, release };
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
  }

  async digest(assetId: string): Promise<Buffer | undefined> {
    const object = await this.bucket.get(this.key(assetId));
    if (object === undefined) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of object.body) hash.update(chunk);
    return hash.digest();
  }

  /** A bucket that refuses everything says nothing of one asset; one that refuses this object alone does. */
  async presence(assetId: string): Promise<BytesPresence> {
    try {
      if (await this.bucket.has(this.key(assetId))) return 'stored';
      return (await this.fault()) === undefined ? 'gone' : 'away';
    } catch (error) {
      if (!(error instanceof StorageLate)) throw error;
      return (await this.bucket.refusesAlone(error)) ? 'unreadable' : 'away';
    }
  }

  /** By the bucket's clock: ours may be wrong, and the bucket says what time it is. */
  async *idsWrittenBefore(beforeMs: number): AsyncGenerator<string> {
    let aheadMs: number | undefined;
    for await (const { objects, serverAheadMs } of this.bucket.pages({ prefix: this.prefix })) {
      aheadMs ??= serverAheadMs;
      for (const { key, modifiedAt } of objects) {
        const id = idOfName(key.slice(this.prefix.length));
        if (id !== undefined && modifiedAt.getTime() < beforeMs + aheadMs) yield id;
      }
    }
  }

  async *strays(): AsyncGenerator<string> {
    for await (const { objects } of this.bucket.pages({ prefix: this.prefix })) {
      for (const { key } of objects) {
        const name = key.slice(this.prefix.length);
        if (idOfName(name) === undefined && !name.startsWith(ARCHIVES_PREFIX)) yield name;
      }
    }
  }

  fault(): Promise<PlaceFault | undefined> {
    return this.bucket.fault();
  }

  async close(): Promise<void> {
    this.bucket.close();
    await this.spool.close();
  }

  private async drop(assetId: string, { isPut, file }: Upload): Promise<void> {
    await isPut; // it reads the file
    this.uploads.delete(assetId);
    await file.remove();
  }

  /** The bytes of the row, or none: a bucket's mistake labels nothing. */
  private async fetch(key: string, assetId: string, sha256: string): Promise<SpoolFile> {
    for (let attempt = 1; ; attempt += 1) {
      const object = await this.get(key);
      if (object === undefined) throw new BytesUnreadable('the bucket has no such object');
      const file = await this.receive(object, assetId, attempt < FETCHES_MAX);
      if (file?.sha256.toString('hex') === sha256) return file;
      await file?.remove();
      if (attempt === FETCHES_MAX) throw new BytesUnreadable('the bucket has other bytes than were stored');
    }
  }

  /** @throws BytesUnreadable where this object alone is refused, such as one that was archived, or is broken there */
  private async get(key: string): Promise<RemoteObject | undefined> {
    try {
      return await this.bucket.get(key);
    } catch (error) {
      if (await this.bucket.refusesAlone(error)) throw new BytesUnreadable('the bucket refuses this object alone');
      throw error;
    }
  }

  /** @returns undefined where it broke off and may be fetched again. @throws BytesUnreadable where it breaks off always */
  private async receive(object: RemoteObject, assetId: string, again: boolean): Promise<SpoolFile | undefined> {
    try {
      if (!this.spool.fits(object.bytes)) throw new BytesUnreadable('it is larger than SPOOL_BYTES_MAX');
      return await this.spool.write(assetId, object.body, { bytesMax: object.bytes, known: true });
    } catch (error) {
      if (!(error instanceof StorageLate) || error instanceof SpoolFull) throw error;
      if (again) return undefined;
      // the bucket answers: else an object that rots would have its asset wait for ever
      if ((await this.fault()) === undefined) throw new BytesUnreadable('the bucket does not give this object whole');
      throw error;
    } finally {
      object.cancel();
    }
  }

  private key(assetId: string): string {
    return this.prefix + assetName(assetId);
  }
}
