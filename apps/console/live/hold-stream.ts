import type { ServerResponse } from 'node:http';

import type { Principal } from '#contracts/access.js';

import type { LiveFeed } from './live-feed.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // proxies hand on what they have at once
  'x-accel-buffering': 'no',
};

/** An answer that is written by hand from some moment on. */
export interface RawReply {
  readonly raw: ServerResponse;
  readonly request: { readonly method: string };
  headers(values: Readonly<Record<string, string>>): RawReply;
  send(text: string): unknown;
  hijack(): unknown;
}

/** Answers with the events of a feed until either side ends it. @throws Problem `too-many-streams` */
export function holdStream(feed: LiveFeed, caller: Principal, reply: RawReply): void {
  const { keyId: id, role, holder } = caller;
  feed.admit(holder);
  if (reply.request.method === 'HEAD') {
    // every GET answers HEAD, too: nothing is held open for it
    void reply.headers(HEADERS).send('');
    return;
  }
  if (reply.raw.destroyed) return;
  reply.hijack();
  reply.raw.socket?.setNoDelay(true);
  reply.raw.socket?.setKeepAlive(true);
  reply.raw.writeHead(200, HEADERS);
  feed.hold({ id, role, holder }, reply.raw);
}
