import { request as requestHttp, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

import { FetchFault } from './fetch-fault.js';
import type { GuardedUrl } from './url-guard.js';

/** One request to a guarded address. Redirects are answers like any other. */
export interface GuardedRequest {
  readonly method: 'GET' | 'POST';
  /** Beside `host`, `user-agent` and `accept-encoding: identity`, which this says itself unless named here. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Until there is a connection, with TLS where the scheme says so. */
  readonly connectMs: number;
  /** Between two bytes. */
  readonly idleMs: number;
  /** Until the last byte of the reply. */
  readonly totalMs: number;
  /** More of the body than this is a fault; as it comes over the wire, nothing is decompressed. */
  readonly replyBytesMax: number;
  readonly signal?: AbortSignal;
}

/** The head of a reply; its body is still on its way. Read it to its end or discard it. */
export interface GuardedReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read once. Throws FetchFault. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection; the rest of the body is not read. */
  discard(): void;
}

const USER_AGENT = 'Portcullis';

/**
 * Asks a guarded address: dials the addresses that were checked and no others, whatever its name says by now; no cookies,
 * no proxy, no connection of another request.
 *
 * @throws FetchFault `unreachable`, or `late` for its limits and its signal
 */
export function guardedRequest(to: GuardedUrl, request: GuardedRequest): Promise<GuardedReply> {
  return new Promise((resolve, reject) => {
    if (request.signal?.aborted === true) {
      reject(asFault(undefined, request.signal));
      return;
    }
    const outgoing = open(to, request);
    const limits = watch(outgoing, request);
    outgoing.on('error', (error) => {
      limits.end();
      reject(asFault(error, request.signal));
    });
    // an answer that is none, such as an upgrade nobody asked for, is told by nothing else
    outgoing.once('close', () => {
      limits.end();
      reject(asFault(undefined, request.signal));
    });
    outgoing.once('response', (incoming) => {
      limits.answeredWith(incoming);
      incoming.on('error', () => undefined); // whoever reads the body is told; nobody may
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: bodyOf(incoming, request, limits),
        discard: () => {
          limits.end();
          incoming.destroy();
        },
      });
    });
    outgoing.end(request.body);
  });
}

function open({ url, hostname, addresses }: GuardedUrl, { method, headers, body }: GuardedRequest): ClientRequest {
  const isSecure = url.protocol === 'https:';
  return (isSecure ? requestHttps : requestHttp)({
    agent: false,
    method,
    hostname,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: {
      'user-agent': USER_AGENT,
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': body.byteLength }),
      ...headers,
      host: url.host,
    },
    lookup: pinned(addresses),
    ...(isSecure ? { servername: isIP(hostname) === 0 ? hostname : '' } : {}),
  });
}

/** Answers every question for an address with those that were checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = all;
    if (first === undefined) throw new Error('a guarded URL has an address');
    if (options.all === true) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

interface Limits {
  answeredWith(incoming: IncomingMessage): void;
  /** Nothing is watched any longer. */
  end(): void;
}

/** Ends a request that takes too long, or that its caller gives up. */
function watch(outgoing: ClientRequest, { connectMs, idleMs, totalMs, signal }: GuardedRequest): Limits {
  let current: ClientRequest | IncomingMessage = outgoing;
  const stop = (what: string) => (): void => void current.destroy(new FetchFault('late', what));
  const connecting = setTimeout(stop(`no connection within ${connectMs} ms`), connectMs);
  const total = setTimeout(stop(`it took longer than ${totalMs} ms`), totalMs);
  const abort = (): void => void current.destroy(new Error('given up'));
  signal?.addEventListener('abort', abort, { once: true });
  outgoing.once('socket', (socket) => {
    socket.once('secureConnect', () => clearTimeout(connecting));
    socket.once('connect', () => {
      if (outgoing.protocol === 'http:') clearTimeout(connecting);
    });
  });
  outgoing.setTimeout(idleMs, stop(`nothing came for ${idleMs} ms`));
  return {
    answeredWith: (incoming) => {
      clearTimeout(connecting);
      current = incoming;
    },
    end: () => {
      clearTimeout(connecting);
      clearTimeout(total);
      signal?.removeEventListener('abort', abort);
    },
  };
}

async function* bodyOf(
  incoming: IncomingMessage,
  { replyBytesMax, signal }: GuardedRequest,
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > replyBytesMax) throw new FetchFault('too_large', `there are more than ${replyBytesMax} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw asFault(error, signal);
  } finally {
    limits.end();
    incoming.destroy();
  }
}

function asFault(error: unknown, signal: AbortSignal | undefined): FetchFault {
  if (signal?.aborted === true) return new FetchFault('late', 'it was given up', { cause: signal.reason });
  return error instanceof FetchFault
    ? error
    : new FetchFault('unreachable', 'the connection could not be made, or broke', { cause: error });
}
