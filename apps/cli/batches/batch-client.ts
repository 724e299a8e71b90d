import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

import type { BulkAnswer, BulkPage } from '#contracts/bulk-answer.js';
import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import { reachUpload, type UploadAddress, type UploadOptions } from '../ingest/reach-upload.js';
import { readProblem } from '../ingest/read-answer.js';

/** What is sent: a file, and what is in it. */
export interface SentFile {
  readonly path: string;
  readonly type: string;
  /** Idempotency key. */
  readonly key?: string;
}

/** Gigabytes take their time; the service has its own limit. */
const SEND_MS_MAX = 7_200_000;
const ASK_MS_MAX = 60_000;

/** Asks the upload service about batches, with a client's key. Throws an Error in words when it is refused. */
export class BatchClient {
  constructor(private readonly address: UploadAddress) {}

  submit({ path, type, key }: SentFile): Promise<BulkAnswer> {
    return this.json<BulkAnswer>('', {
      method: 'POST',
      headers: { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      body: Readable.toWeb(createReadStream(path)),
      duplex: 'half',
      signal: AbortSignal.timeout(SEND_MS_MAX),
    });
  }

  /** The newest. */
  async list(most: number): Promise<BulkPage['items']> {
    return (await this.json<BulkPage>(`?limit=${most}`)).items;
  }

  read(id: string): Promise<BulkAnswer> {
    return this.json(`/${id}`);
  }

  cancel(id: string): Promise<BulkAnswer> {
    return this.json(`/${id}`, { method: 'DELETE' });
  }

  /** JSON lines of what failed, as text in pieces. */
  async errors(id: string): Promise<AsyncIterable<Uint8Array>> {
    const { body } = await this.ask(`/${id}/errors`, {});
    if (body === null) throw new Error('the answer has no body');
    return body;
  }

  private async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.ask(path, init)).json()) as T;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const { url, key } = this.address;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${key}`);
    const asked = { signal: AbortSignal.timeout(ASK_MS_MAX), ...init, headers };
    const response = await fetch(`${url}/v1/batches${path}`, asked).catch((cause: unknown) => {
      throw new Error(`the upload service does not answer at ${url}: start it, or name another with --url`, { cause });
    });
    if (response.ok) return response;
    const text = await response.text();
    throw new Error(readProblem({ status: response.status, text, retryAfterMs: undefined }).detail);
  }
}

/** @throws StartRefused when there is no key */
export const reachBatches = async (options: UploadOptions): Promise<BatchClient> =>
  new BatchClient(await reachUpload(readSettings(process.env, ROOT), options));
