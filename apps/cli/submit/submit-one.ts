import type { Asset } from '#client/answers.js';
import type { PortcullisError } from '#client/errors.js';
import type { Portcullis } from '#client/portcullis.js';
import type { Progress, SubmitFields } from '#client/submit.js';

import { contentKey } from './content-key.js';
import type { Sendable } from './source-of.js';

export interface SubmitOneParts {
  readonly client: Pick<Portcullis, 'submit' | 'get'>;
  /** A text that makes another submission of what was submitted before; empty: none. */
  readonly again: string;
  /** What is on its way goes on to its answer, and nothing is tried again. */
  readonly stop: AbortSignal;
}

/**
 * Hands in one image. What was accepted by an earlier run is that asset, as it is now.
 *
 * @throws as `Portcullis.submit`; what the source throws
 */
export async function submitOne(source: Sendable, fields: SubmitFields, parts: SubmitOneParts): Promise<Asset> {
  const { client, again, stop } = parts;
  const idempotencyKey = await contentKey(source, fields, again);
  const retries = new AbortController();
  let failure: PortcullisError | undefined;
  const answer = { isReplayed: false };
  const endRetries = (): void => {
    if (stop.aborted && failure !== undefined) retries.abort(failure);
  };
  const onProgress = (progress: Progress): void => {
    failure = progress.state === 'retrying' ? progress.error : undefined;
    endRetries();
    if (progress.state === 'accepted') answer.isReplayed = progress.isReplayed;
  };
  stop.addEventListener('abort', endRetries, { once: true });
  try {
    const asset = await client.submit(source, { ...fields, idempotencyKey, signal: retries.signal, onProgress });
    // keys that may only upload are told what the first answer was
    return answer.isReplayed ? await client.get(asset.id).catch(() => asset) : asset;
  } finally {
    stop.removeEventListener('abort', endRetries);
  }
}
