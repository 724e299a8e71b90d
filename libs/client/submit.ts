import type { Asset, Metadata, TrafficClass } from './answers.js';
import { bodyOf, textBody, type Body } from './body.js';
import type { Call, CallLimits, Connection, Retry } from './connection.js';
import { AnswerError } from './errors.js';
import { formOf } from './form.js';
import { newKey, underKey } from './new-key.js';
import { queryOf } from './query.js';
import { isUrlSource, type ImageSource, type UrlSource } from './sources.js';

/** What you may say about an image. */
export interface SubmitFields {
  /** Your own name for it. */
  readonly externalId?: string | undefined;
  /** Your own name for who uploaded it. */
  readonly uploaderId?: string | undefined;
  readonly class?: TrafficClass | undefined;
  /** The decision is of no use to you later than this after the last byte. */
  readonly deadlineMs?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface SubmitOptions extends SubmitFields, CallLimits {
  /**
   * The same for the same image: then it is taken once. Left out: a new one, which all attempts of this call share, and
   * which its errors carry.
   */
  readonly idempotencyKey?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far a submission is. */
export type Progress =
  | {
      readonly state: 'sending';
      readonly attempt: number;
      readonly sentBytes: number;
      /** Undefined for a stream whose length nobody knows. */
      readonly totalBytes: number | undefined;
    }
  | ({ readonly state: 'retrying' } & Retry)
  /** The provisional decision is there. @see Asset.served */
  | { readonly state: 'accepted'; readonly asset: Asset; readonly isReplayed: boolean };

/** Hands in one image. @throws as `Connection.answer`, with the idempotency key; TypeError when that is none */
export function submit(
  connection: Connection,
  source: ImageSource,
  options: SubmitOptions,
  bufferBytesMax: number,
): Promise<Asset> {
  return underKey(options.idempotencyKey ?? newKey(), (key) =>
    sent(connection, source, options, { key, bufferBytesMax }),
  );
}

interface Parts {
  readonly key: string;
  readonly bufferBytesMax: number;
}

async function sent(
  connection: Connection,
  source: ImageSource,
  options: SubmitOptions,
  { key, bufferBytesMax }: Parts,
): Promise<Asset> {
  const { onProgress, ...rest } = options;
  const deadline = connection.deadline(options);
  const request = isUrlSource(source)
    ? urlRequest(source, rest)
    : bytesRequest(await bodyOf(source, bufferBytesMax, deadline), rest);
  const { body, path, type } = request;
  const call: Call = {
    method: 'POST',
    path,
    body,
    headers: { 'content-type': type, 'idempotency-key': key },
    isRepeatable: true,
    ...(onProgress === undefined ? {} : watched(body, onProgress)),
  };
  const { value: asset, answer } = await connection
    .jsonAnswer<Asset>(call, { ...options, timeoutMs: deadline.leftMs })
    .finally(() => body.stop());
  if (!('id' in asset && 'decision' in asset))
    throw new AnswerError(answer.status, undefined, 'the answer names no asset');
  onProgress?.({ state: 'accepted', asset, isReplayed: answer.header('idempotent-replayed') === 'true' });
  return asset;
}

interface UploadRequest {
  readonly path: string;
  readonly type: string;
  readonly body: Body;
}

function urlRequest(source: UrlSource, fields: SubmitFields): UploadRequest {
  const url = source instanceof URL ? source.href : source.url;
  const { externalId, uploaderId, class: trafficClass, deadlineMs, metadata } = fields;
  const said = { url, externalId, uploaderId, class: trafficClass, deadlineMs, metadata };
  return { path: '/v1/assets', type: 'application/json', body: textBody(JSON.stringify(said)) };
}

function bytesRequest(image: Body, fields: SubmitFields): UploadRequest {
  const { externalId, uploaderId, class: trafficClass, deadlineMs, metadata } = fields;
  // what may be personal stays out of addresses: servers on the way write these into their logs, where nobody erases it
  if (externalId === undefined && uploaderId === undefined && metadata === undefined) {
    const path = `/v1/assets${queryOf({ class: trafficClass, deadlineMs })}`;
    return { path, type: 'application/octet-stream', body: image };
  }
  const said = {
    externalId,
    uploaderId,
    class: trafficClass,
    deadlineMs,
    metadata: metadata && JSON.stringify(metadata),
  };
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(said)) if (value !== undefined) texts[name] = String(value);
  // the class is known before the form is read where it stands here, too
  return { path: `/v1/assets${queryOf({ class: trafficClass })}`, ...formOf(image, texts, newKey()) };
}

function watched(body: Body, onProgress: (progress: Progress) => void): Pick<Call, 'onSent' | 'onRetry'> {
  return {
    onSent: (attempt, sentBytes) => onProgress({ state: 'sending', attempt, sentBytes, totalBytes: body.bytes }),
    onRetry: (retry) => onProgress({ state: 'retrying', ...retry }),
  };
}
