import { createReadStream } from 'node:fs';
import { addAbortSignal, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

import type { PlaceFault } from './asset-bytes.js';
import { StorageLate } from './errors.js';
import { s3Client, type S3Place } from './s3-client.js';
import { ignoreNoObject, mayBeOfOneObject, statusOf, withS3 } from './s3-errors.js';
import { listPages, type ListedPage, type ListOptions } from './s3-pages.js';

/** A small question and its answer, tries and waits included. */
const ASK_MS_MAX = 10_000;
/** One object's bytes there or back, tries and waits included: a client waits for it (`UPLOAD_AFTER_BODY_MS_MAX`). */
const BYTES_MS_MAX = 60_000;
const PUT_TRIES = 3;
const PUT_AGAIN_MS = 100;

/** What is put under a key. */
export interface LocalObject {
  readonly path: string;
  readonly bytes: number;
  /** The bucket compares what arrives with it, and keeps it beside the object. */
  readonly sha256: Buffer;
}

/** Some of an object's bytes, one at least. */
interface ByteRange {
  readonly offset: number;
  readonly bytes: number;
}

/** What is under a key, on its way. */
export interface RemoteObject {
  readonly bytes: number;
  /** Throws StorageLate when it breaks off or comes too slowly; never ends early. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it unread; harmless when it has ended. */
  cancel(): void;
}

/** One bucket of S3 or of whatever speaks its protocol. Every call is bounded in time and tries. */
export class S3Bucket {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(place: S3Place) {
    this.client = s3Client(place);
    this.bucket = place.bucket;
  }

  /**
   * Puts a local file under a key, whole or not at all. Tried again here: the SDK does not send a stream twice.
   *
   * @param msMax how long that may take, tries and waits included
   * @throws StorageLate; the object may be there all the same
   */
  async put(key: string, object: LocalObject, msMax = BYTES_MS_MAX): Promise<void> {
    const abortSignal = AbortSignal.timeout(msMax);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await withS3(() => this.putOnce(key, object, abortSignal));
        return;
      } catch (error) {
        if (!(error instanceof StorageLate) || attempt === PUT_TRIES || abortSignal.aborted) throw error;
      }
      await delay(PUT_AGAIN_MS * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }

  private async putOnce(key: string, { path, bytes, sha256 }: LocalObject, abortSignal: AbortSignal): Promise<void> {
    const body = createReadStream(path);
    body.on('error', () => undefined); // whoever sends it is told; before that nobody may be listening
    const command = new PutObjectCommand({
      ...this.at(key),
      Body: body,
      ContentLength: bytes,
      ChecksumSHA256: sha256.toString('base64'),
    });
    try {
      await this.client.send(command, { abortSignal });
    } finally {
      body.destroy();
    }
  }

  /**
   * The object under a key, to be read at once; undefined where there is none.
   *
   * @param etag only as long as it is still this; left out: as it is
   * @param range only this of it; left out: all
   * @throws StorageLate
   */
  async get(key: string, etag?: string, range?: ByteRange): Promise<RemoteObject | undefined> {
    const abortSignal = AbortSignal.timeout(BYTES_MS_MAX);
    const command = new GetObjectCommand({
      ...this.at(key),
      ...(etag === undefined ? {} : { IfMatch: etag }),
      ...(range === undefined ? {} : { Range: `bytes=${range.offset}-${range.offset + range.bytes - 1}` }),
    });
    const found = await withS3(() => this.client.send(command, { abortSignal })).catch(ignoreNoObject);
    if (found === undefined) return undefined;
    const { Body: body, ContentLength: bytes } = found;
    if (!(body instanceof Readable) || bytes === undefined) throw new StorageLate('the bucket sent no object');
    if (range !== undefined && bytes !== range.bytes) {
      body.destroy();
      throw new StorageLate('the bucket sent other bytes than it was asked for');
    }
    return { bytes, body: chunksOf(addAbortSignal(abortSignal, body), bytes), cancel: () => body.destroy() };
  }

  /** Whether there is an object under a key; false also where there is no bucket. @throws StorageLate */
  async has(key: string): Promise<boolean> {
    const command = new HeadObjectCommand(this.at(key));
    return (await withS3(() => this.client.send(command, ask())).catch(ignoreNoObject)) !== undefined;
  }

  /** Removes what is under a key; harmless when there is nothing. @throws StorageLate */
  async remove(key: string): Promise<void> {
    await withS3(() => this.client.send(new DeleteObjectCommand(this.at(key)), ask()));
  }

  /** Objects in the order of their keys' UTF-8 bytes, a page at a time. @throws StorageLate */
  pages(options: ListOptions): AsyncGenerator<ListedPage> {
    return listPages(this.client, this.bucket, options);
  }

  /** What keeps the bucket from being used now, in words for an operator. */
  async fault(): Promise<PlaceFault | undefined> {
    try {
      await withS3(() => this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), ask()));
      return undefined;
    } catch (error) {
      if (!(error instanceof StorageLate)) throw error;
      return bucketFault(this.bucket, error);
    }
  }

  /** Whether an error says that one object alone is refused: the bucket itself has no fault then. */
  async refusesAlone(error: unknown): Promise<boolean> {
    return mayBeOfOneObject(error) && (await this.fault()) === undefined;
  }

  /** Ends its connections. */
  close(): void {
    this.client.destroy();
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: key };
  }
}

const ask = (): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(ASK_MS_MAX) });

async function* chunksOf(body: Readable, bytes: number): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator()[Symbol.asyncIterator]();
  let missing = bytes;
  try {
    for (;;) {
      const next = await withS3(() => chunks.next());
      if (next.done === true) break;
      const chunk: unknown = next.value;
      if (!(chunk instanceof Uint8Array)) throw new Error('an object comes as bytes');
      missing -= chunk.byteLength;
      yield chunk;
    }
  } finally {
    body.destroy();
  }
  if (missing !== 0) throw new StorageLate('the bucket sent a part of an object');
}

const REFUSALS: Readonly<Record<number, string>> = {
  301: 'is in another region: set S3_REGION',
  400: 'refuses the request: check S3_REGION and S3_ENDPOINT',
  403: 'refuses these credentials: check them, and that they may list the bucket (s3:ListBucket)',
  404: 'is not there: create it, or mend S3_BUCKET',
};

function bucketFault(bucket: string, { cause }: StorageLate): PlaceFault {
  const refusal = REFUSALS[statusOf(cause) ?? 0];
  if (refusal !== undefined) return { kind: 'refused', detail: `the bucket ${bucket} ${refusal}` };
  return { kind: 'away', detail: `the bucket ${bucket} does not answer` };
}
