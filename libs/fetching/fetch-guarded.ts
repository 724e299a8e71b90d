import { FetchFault } from './fetch-fault.js';
import { guardedRequest, type GuardedReply } from './guarded-request.js';
import { guardUrl, type Allowances, type GuardedUrl, type Resolver } from './url-guard.js';

export interface FetchOptions {
  readonly resolve: Resolver;
  readonly allowances: Allowances;
  /** Until the last byte, redirects included. */
  readonly totalMs: number;
  readonly bytesMax: number;
  readonly signal?: AbortSignal;
}

const REDIRECTS_MAX = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
const CONNECT_MS_MAX = 5_000;
const IDLE_MS_MAX = 5_000;

/**
 * Fetches what is at an address on the web, which a stranger wrote down. Each redirect, of three at the most, is checked like
 * the address itself.
 *
 * @returns the bytes as they come; read them to the end or stop the iteration. They throw FetchFault too
 * @throws FetchFault
 */
export async function fetchGuarded(text: string, options: FetchOptions): Promise<AsyncIterable<Uint8Array>> {
  const untilMs = performance.now() + options.totalMs;
  let next = text;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const to = await guarded(next, options);
    const reply = await ask(to, options, untilMs - performance.now());
    if (reply.status === 200) return bytesOf(reply, options.bytesMax);
    reply.discard();
    const { location } = reply.headers;
    if (!REDIRECTS.includes(reply.status) || location === undefined) {
      throw new FetchFault('status', `the answer was ${reply.status}, not 200`);
    }
    if (!URL.canParse(location, to.url.href)) throw new FetchFault('refused', 'it redirects to what is no address');
    next = new URL(location, to.url).href;
  }
  throw new FetchFault('status', `it redirects more than ${REDIRECTS_MAX} times`);
}

async function guarded(text: string, { resolve, allowances }: FetchOptions): Promise<GuardedUrl> {
  const to = await guardUrl(text, resolve, allowances);
  if (to.kind === 'guarded') return to;
  throw to.why === 'name'
    ? new FetchFault('unreachable', 'its name leads nowhere that may be asked')
    : new FetchFault('refused', 'it leads where nothing is fetched from');
}

function ask(to: GuardedUrl, { bytesMax, signal }: FetchOptions, leftMs: number): Promise<GuardedReply> {
  if (leftMs <= 0) throw new FetchFault('late', 'its name took too long to be resolved');
  return guardedRequest(to, {
    method: 'GET',
    headers: { accept: 'image/*' },
    connectMs: Math.min(leftMs, CONNECT_MS_MAX),
    idleMs: IDLE_MS_MAX,
    totalMs: leftMs,
    replyBytesMax: bytesMax,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Compressed bytes are refused rather than unpacked: none were asked for, and nobody knows how many they become. */
function bytesOf(reply: GuardedReply, bytesMax: number): AsyncIterable<Uint8Array> {
  const encoding = reply.headers['content-encoding'] ?? 'identity';
  const isTooLarge = Number(reply.headers['content-length'] ?? 0) > bytesMax;
  if (encoding === 'identity' && !isTooLarge) return reply.body;
  reply.discard();
  throw isTooLarge
    ? new FetchFault('too_large', `there are more than ${bytesMax} bytes`)
    : new FetchFault('encoded', 'the bytes come compressed though that was not asked for');
}
