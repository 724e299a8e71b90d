import { SignatureError } from './errors.js';
import type { WebhookEvent } from './event-answers.js';
import { fieldsOf, parsed } from './read-problem.js';

/** Headers as `Headers` has them, or as a server of Node or Express does. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** How far the sender's clock and the receiver's may be apart; five minutes unless said otherwise. */
  readonly toleranceMs?: number | undefined;
  /** Unix milliseconds; the time it is. */
  readonly nowMs?: number | undefined;
}

const TOLERANCE_MS = 300_000;
const VERSION = 'v1,';
const PREFIX = 'whsec_';

/**
 * Whether a request to your endpoint is from the service, and is not an old one (Standard Webhooks 1.0).
 *
 * @param payload the body as it came, not parsed
 * @param secrets `whsec_…`; several while one takes the place of another
 * @throws SignatureError when it is not; RangeError when a secret is none
 */
export async function verify(
  payload: string | Uint8Array | ArrayBuffer,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  { toleranceMs = TOLERANCE_MS, nowMs = Date.now() }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature')
    .split(' ')
    .flatMap((one) => (one.startsWith(VERSION) ? bytesOf(one.slice(VERSION.length)) : []));
  const body = typeof payload === 'string' ? new TextEncoder().encode(payload) : new Uint8Array(payload);
  const signed = new Blob([`${id}.${timestamp}.`, body]);
  const bytes = await signed.arrayBuffer();
  let isGenuine = false;
  for (const secret of typeof secrets === 'string' ? [secrets] : secrets) {
    const key = await keyOf(secret);
    for (const signature of signatures) {
      // takes the same time however much of it is right
      if (await crypto.subtle.verify('HMAC', key, signature, bytes)) isGenuine = true;
    }
  }
  if (!isGenuine) throw new SignatureError('no signature of this request is of the secret');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - nowMs) > toleranceMs) {
    throw new SignatureError('the request is too old, or from the future');
  }
  const event: unknown = { id, ...fieldsOf(parsed(new TextDecoder().decode(body))) };
  if (!isEvent(event)) throw new SignatureError('the request tells no event');
  return event;
}

/** @throws SignatureError when it is missing */
function headerOf(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : valueOf(headers, name);
  if (typeof value === 'string' && value !== '') return value;
  throw new SignatureError(`the request has no header ${name}`);
}

function valueOf(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  if (!Array.isArray(value)) return value;
  const values: readonly unknown[] = value;
  return values[0];
}

/** @throws RangeError */
function keyOf(secret: string): Promise<Parameters<typeof crypto.subtle.verify>[1]> {
  const [bytes] = bytesOf(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (bytes === undefined || bytes.byteLength === 0) throw new RangeError(`a secret is ${PREFIX} and base64`);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** The bytes of a base64 text; none where it is no such text. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))];
  } catch {
    return [];
  }
}

function isEvent(value: unknown): value is WebhookEvent {
  const { type, timestamp, data } = fieldsOf(value);
  return typeof type === 'string' && typeof timestamp === 'string' && typeof data === 'object' && data !== null;
}
