import { createHash, type Hash } from 'node:crypto';

import { OperationalError, StartRefused } from '#contracts/errors.js';
import type { ProvisionalVerdict, TrafficClass } from '#moderation/words.js';

import { externalIdOf, keyText, metadataText } from './key-text.js';
import { ItemFault, type ListedItem, type OpenedItem } from './place.js';
import { postStream, type StreamAnswer } from './post-stream.js';
import { readAccepted, readProblem } from './read-answer.js';

/** Where items are sent to, and as what. */
export interface SenderOptions {
  /** The upload service, without a slash at the end. */
  readonly url: string;
  /** A client's key that may upload. */
  readonly key: string;
  readonly sourceId: string;
  readonly location: string;
  readonly trafficClass: TrafficClass;
}

/** What the upload service said of an item. */
export type Sent =
  | { readonly kind: 'accepted'; readonly assetId: string; readonly verdict: ProvisionalVerdict }
  /** Not to be sent again as it is. */
  | { readonly kind: 'refused'; readonly reason: string; readonly detail: string }
  /** Other bytes were sent under the item's idempotency key. `digest` is of those that were sent now. */
  | { readonly kind: 'key_reused'; readonly digest: string; readonly detail: string }
  | { readonly kind: 'late'; readonly retryAfterMs: number; readonly detail: string }
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'service_error'; readonly detail: string };

const LIVE_MS_MAX = 5_000;
/** Statuses that say nothing of the item: the key is wrong, or whatever answers there now is no upload service. */
const WRONG_KEY = [401, 403];
const WRONG_DOOR = [404, 405];

/** Uploads items of a source as any client would: over HTTP, with a key. */
export class ItemSender {
  constructor(private readonly options: SenderOptions) {}

  /**
   * Sends an item once. The same version has the same idempotency key, whoever sends it.
   *
   * @param digest of the bytes, where the service said that others were sent under that key
   * @throws ItemFault when the bytes are not those that were listed; StartRefused when the service refuses the key;
   *   OperationalError when what answers is no upload service
   */
  async send(item: ListedItem, opened: OpenedItem, digest?: string): Promise<Sent> {
    const { url, key } = this.options;
    const hash = createHash('sha256');
    let answer: StreamAnswer;
    try {
      answer = await postStream({
        url: `${url}/v1/assets?${this.fields(item).toString()}`,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/octet-stream',
          'idempotency-key': `${this.keyOf(item)}${digest === undefined ? '' : `.${digest}`}`,
        },
        bytes: opened.bytes,
        chunks: hashed(opened.chunks, hash),
      });
    } catch (error) {
      if (error instanceof ItemFault) throw error;
      return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
    }
    return this.understood(answer, () => hash.digest('hex'));
  }

  /** Whether the service answers at all. */
  isThere(): Promise<boolean> {
    return isUploadService(this.options.url);
  }

  private understood(answer: StreamAnswer, digest: () => string): Sent {
    if (answer.status === 201) {
      const accepted = readAccepted(answer.text);
      return accepted ?? { kind: 'service_error', detail: 'the answer names no asset' };
    }
    const { code, detail, retryable, retryAfterMs } = readProblem(answer);
    const said = `the upload service at ${this.options.url} answers with ${answer.status}: ${detail}`;
    if (WRONG_KEY.includes(answer.status)) throw new StartRefused(said);
    if (WRONG_DOOR.includes(answer.status)) throw new OperationalError(said);
    if (retryable) return { kind: 'late', retryAfterMs, detail };
    if (answer.status >= 500) return { kind: 'service_error', detail };
    if (code === 'key-reused') return { kind: 'key_reused', digest: digest(), detail };
    return { kind: 'refused', reason: code, detail };
  }

  private fields(item: ListedItem): URLSearchParams {
    const { sourceId, location, trafficClass } = this.options;
    const externalId = externalIdOf(item.key);
    const text = keyText(item.key);
    const metadata = {
      source: sourceId,
      sourceLocation: metadataText(location),
      sourceVersion: metadataText(item.version),
      ...(text === externalId ? {} : { sourceKey: metadataText(text) }),
    };
    return new URLSearchParams({ externalId, class: trafficClass, metadata: JSON.stringify(metadata) });
  }

  private keyOf({ key, version }: ListedItem): string {
    const hash = createHash('sha256').update(`${this.options.sourceId}\n${version}\n`).update(key);
    return `ingest.${hash.digest('hex')}`;
  }
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Whether an upload service answers at an address. */
export async function isUploadService(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(LIVE_MS_MAX) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
