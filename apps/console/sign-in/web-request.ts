import type { Principal } from '#contracts/access.js';

/** What signing in looks at in a request. */
export interface WebRequest {
  /** Of the request, which the log knows too. */
  readonly id: string;
  readonly method: string;
  /** Of the client, or of the last proxy that is not trusted. */
  readonly ip: string;
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whoever the guard found. */
  principal?: Principal;
}

/** An answer whose headers can be set. */
export interface WebReply {
  header(name: string, value: string): unknown;
}

/** An answer that its handler sends. */
export interface SentReply {
  status(code: number): SentReply;
  header(name: string, value: string): SentReply;
  send(body?: Buffer): unknown;
}

/** Whether whoever asks has what this tag is of already: `If-None-Match`. */
export function hasAlready(request: Pick<WebRequest, 'headers'>, tag: string): boolean {
  const known = headerOf(request, 'if-none-match') ?? '';
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** A header that comes once; several are joined, as browsers do. */
export function headerOf({ headers }: Pick<WebRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
