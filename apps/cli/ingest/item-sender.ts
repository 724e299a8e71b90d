import { createHash, type Hash } from 'node:crypto';

import type { Asset } from '#client/answers.js';
import { AnswerError } from '#client/errors.js';
import type { Portcullis } from '#client/portcullis.js';
import { ProblemError } from '#client/problem-error.js';
import { KeyReusedError } from '#client/problem-errors.js';
import type { SubmitFields } from '#client/submit.js';
import { OperationalError, StartRefused } from '#contracts/errors.js';
import { PROVISIONAL_VERDICTS, type ProvisionalVerdict, type TrafficClass } from '#moderation/words.js';

import { uploadClient } from '../upload-client.js';
import { externalIdOf, keyText, metadataText } from './key-text.js';
import { ItemFault, type ListedItem, type OpenedItem } from './place.js';

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

/** A server cuts a body that takes a minute; then it answers. Who retries here knows more of the item than a client can. */
const ONCE = { attemptsMax: 1, timeoutMs: 150_000, attemptMs: 150_000 };
/** As much of what the service says as is kept. */
const DETAIL_MAX = 500;
/** Statuses that say nothing of the item: the key is wrong, or whatever answers there now is no upload service. */
const WRONG_KEY = [401, 403];
const WRONG_DOOR = [404, 405];

/** Uploads items of a source as any client would: over HTTP, with a key. */
export class ItemSender {
  private readonly client: Portcullis;

  constructor(private readonly options: SenderOptions) {
    this.client = uploadClient(options);
  }

  /**
   * Sends an item once. The same version has the same idempotency key, whoever sends it.
   *
   * @param digest of the bytes, where the service said that others were sent under that key
   * @throws ItemFault when the bytes are not those that were listed; StartRefused when the service refuses the key;
   *   OperationalError when what answers is no upload service
   */
  async send(item: ListedItem, opened: OpenedItem, digest?: string): Promise<Sent> {
    const hash = createHash('sha256');
    try {
      const bytes = { bytes: opened.bytes, open: () => hashed(opened.chunks, hash) };
      const idempotencyKey = `${this.keyOf(item)}${digest === undefined ? '' : `.${digest}`}`;
      return acceptedOf(await this.client.submit(bytes, { ...this.fields(item), ...ONCE, idempotencyKey }));
    } catch (error) {
      if (error instanceof ItemFault) throw error;
      if (error instanceof ProblemError || error instanceof AnswerError) {
        return this.understood(error, () => hash.digest('hex'));
      }
      return { kind: 'broken', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Whether the service answers at all. */
  isThere(): Promise<boolean> {
    return this.client.isThere();
  }

  private understood(error: ProblemError | AnswerError, digest: () => string): Sent {
    const { status, retryable, retryAfterMs = 0 } = error;
    const detail = error.message.slice(0, DETAIL_MAX);
    const said = `the upload service at ${this.options.url} answers with ${status}: ${detail}`;
    if (WRONG_KEY.includes(status)) throw new StartRefused(said);
    if (WRONG_DOOR.includes(status)) throw new OperationalError(said);
    if (retryable) return { kind: 'late', retryAfterMs, detail };
    if (status >= 500 || status < 300) return { kind: 'service_error', detail };
    if (error instanceof KeyReusedError) return { kind: 'key_reused', digest: digest(), detail };
    return { kind: 'refused', reason: error instanceof ProblemError ? error.code : `http_${status}`, detail };
  }

  private fields(item: ListedItem): SubmitFields {
    const { sourceId, location, trafficClass } = this.options;
    const externalId = externalIdOf(item.key);
    const text = keyText(item.key);
    const metadata = {
      source: sourceId,
      sourceLocation: metadataText(location),
      sourceVersion: metadataText(item.version),
      ...(text === externalId ? {} : { sourceKey: metadataText(text) }),
    };
    return { externalId, class: trafficClass, metadata };
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

function acceptedOf({ id, decision }: Asset): Sent {
  const verdict = PROVISIONAL_VERDICTS.find((one) => one === decision.verdict);
  if (verdict !== undefined) return { kind: 'accepted', assetId: id, verdict };
  return { kind: 'service_error', detail: 'the answer has no provisional decision' };
}
