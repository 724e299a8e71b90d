/** A browser, as far as the console sees one: it keeps the cookie and sends what browsers send with it. */
export interface Browser {
  /** The `name=value` of the cookie; empty when signed out. */
  cookie: string;
  ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown, more?: Sent): Promise<Asked<T>>;
}

export interface Asked<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Headers that differ from those of the console's own page; undefined: not sent. */
export type Sent = Readonly<Record<string, string | undefined>>;

const OWN: Sent = { 'sec-fetch-site': 'same-origin', 'x-portcullis-console': '1' };

/** A browser that is signed in nowhere yet. */
export function browserAt(url: () => string): Browser {
  const browser: Browser = {
    cookie: '',
    async ask<T>(method: string, path: string, body?: unknown, more: Sent = {}): Promise<Asked<T>> {
      const sent: Sent = {
        ...OWN,
        ...(browser.cookie === '' ? {} : { cookie: browser.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      };
      const headers = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      const response = await fetch(`${url()}${path}`, {
        method,
        headers: Object.fromEntries(headers) as Record<string, string>,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      for (const cookie of response.headers.getSetCookie()) browser.cookie = kept(cookie);
      const text = await response.text();
      const json = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
      return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
    },
  };
  return browser;
}

const kept = (cookie: string): string => (/Max-Age=0/.test(cookie) ? '' : (cookie.split(';')[0] ?? ''));
