import { Webhook } from 'standardwebhooks';

import { payloadText } from '#contracts/event-payload.js';
import { FetchFault } from '#fetching/fetch-fault.js';
import { guardedRequest, type GuardedReply } from '#fetching/guarded-request.js';
import { guardUrl, type Allowances, type Resolver } from '#fetching/url-guard.js';
import type { Attempt } from '#moderation/events/after-attempt.js';
import { retryAfterMs } from '#moderation/events/retry-after.js';
import type { LeasedDelivery } from '#persistence/delivery-store.js';

/** What a try came to. `error` is for people, names no address that a name led to, and is null where the event was taken. */
export interface Tried extends Attempt {
  readonly error: string | null;
  readonly responseMs: number;
}

export interface SendOptions {
  readonly resolve: Resolver;
  readonly allowances: Allowances;
  /** Whether endpoints may be without TLS. */
  readonly httpAllowed: boolean;
  /** For a whole try. */
  readonly msMax: number;
}

/** As much of an answer as is read; nothing in it matters but its head. */
const REPLY_BYTES_MAX = 65_536;
/** An answer whose head is there gets this long for its body, so that its server sees a whole exchange. */
const REPLY_BODY_MS_MAX = 1_000;

/**
 * Sends an event to an endpoint, once: signed as Standard Webhooks 1.0 has it, by every secret that is good now. Whatever
 * happens is a result. A redirect is an answer like any other and is not followed.
 */
export async function sendWebhook(delivery: LeasedDelivery, options: SendOptions, signal: AbortSignal): Promise<Tried> {
  const beganMs = performance.now();
  const ended = (tried: Omit<Tried, 'responseMs'>): Tried => ({
    ...tried,
    responseMs: Math.round(performance.now() - beganMs),
  });
  try {
    const reply = await post(delivery, options, beganMs, signal);
    await readBody(reply);
    const { status, headers } = reply;
    const taken = status >= 200 && status < 300;
    return ended({
      status,
      retryAfterMs: retryAfterMs(headers['retry-after'], delivery.leasedAtMs),
      error: taken ? null : `it answered ${status}`,
    });
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error;
    return ended({ status: null, retryAfterMs: null, error: `${error.kind}: ${error.message}` });
  }
}

/** @param beganMs when the try began: what its name's servers take is of its time */
async function post(
  delivery: LeasedDelivery,
  options: SendOptions,
  beganMs: number,
  signal: AbortSignal,
): Promise<GuardedReply> {
  const { resolve, allowances, httpAllowed, msMax } = options;
  const to = await guardUrl(delivery.url, resolve, allowances);
  if (to.kind === 'refused') throw new FetchFault('refused', `the URL may not be asked: ${to.why}`);
  if (to.url.protocol !== 'https:' && !httpAllowed) throw new FetchFault('refused', 'the URL may not be asked: scheme');
  const text = payloadText(delivery.event);
  const leftMs = Math.floor(msMax - (performance.now() - beganMs));
  if (leftMs <= 0) throw new FetchFault('late', `it took longer than ${msMax} ms`);
  const limits = { connectMs: leftMs, idleMs: leftMs, totalMs: leftMs, replyBytesMax: REPLY_BYTES_MAX };
  const headers = { 'content-type': 'application/json', ...signed(delivery, text) };
  return guardedRequest(to, { method: 'POST', headers, body: Buffer.from(text), signal, ...limits });
}

/** The id is that of the event: the same at every try, and after every death. */
function signed({ event, secrets, leasedAtMs }: LeasedDelivery, text: string): Record<string, string> {
  const at = new Date(leasedAtMs);
  return {
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(leasedAtMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(event.id, at, text)).join(' '),
  };
}

/** Reads an answer to its end or as far as it may; its status stands, however that ends. */
async function readBody(reply: GuardedReply): Promise<void> {
  const timer = setTimeout(() => reply.discard(), REPLY_BODY_MS_MAX);
  try {
    const chunks = reply.body[Symbol.asyncIterator]();
    for (let next = await chunks.next(); next.done !== true;) next = await chunks.next();
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error;
  } finally {
    clearTimeout(timer);
    reply.discard();
  }
}
