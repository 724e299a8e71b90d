import type { Page } from 'playwright-core';

/** A request as it left the browser, whatever the page was told of it. */
export interface Sent {
  readonly method: string;
  readonly address: string;
  /** The `Cookie` header that went with it; undefined: it has not left yet. */
  readonly cookie: string | undefined;
  /** Of the answer, also where the browser keeps it from the page; undefined: none has come. */
  readonly status: number | undefined;
}

type Parts = { -readonly [Name in keyof Sent]?: Sent[Name] };

/** Follows what a page makes its browser send. @returns what it has sent by now, in that order */
export async function onTheWire(page: Page): Promise<() => Sent[]> {
  // the parts of one request come in any order
  const requests = new Map<string, Parts>();
  const add = (id: string, parts: Parts): void => void requests.set(id, { ...requests.get(id), ...parts });
  const debug = await page.context().newCDPSession(page);
  debug.on('Network.requestWillBeSent', ({ requestId, request: { method, url } }) => {
    add(requestId, { method, address: url });
  });
  debug.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
    add(requestId, { cookie: headers['Cookie'] ?? headers['cookie'] ?? '' });
  });
  debug.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => add(requestId, { status: statusCode }));
  await debug.send('Network.enable');
  return () =>
    [...requests.values()].map(({ method = '', address = '', cookie, status }) => ({
      method,
      address,
      cookie,
      status,
    }));
}
