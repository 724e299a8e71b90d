import type { Answer, Sending } from './exchange.js';

/** As much of a browser's XMLHttpRequest as is needed: it alone tells how much of a body has been sent. */
interface Xhr {
  readonly status: number;
  readonly responseText: string;
  readonly upload: Record<'onprogress' | 'onload', ((event: { readonly loaded: number }) => void) | null>;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Uint8Array<ArrayBuffer> | Blob): void;
  abort(): void;
}

declare const XMLHttpRequest: (new () => Xhr) | undefined;

export const hasXhr = (): boolean => typeof XMLHttpRequest === 'function';

/** Sends as `sendWhole`. @throws Error when the connection breaks or the signal is aborted */
export function sendByXhr(
  { method, url, headers, signal }: Sending,
  body: Uint8Array<ArrayBuffer> | Blob,
  onSent: (bytes: number) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (typeof XMLHttpRequest !== 'function' || signal.aborted) throw new Error('nothing was sent');
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const end = (settle: () => void) => (): void => {
      signal.removeEventListener('abort', abort);
      settle();
    };
    let before = 0;
    const tell = ({ loaded }: { readonly loaded: number }): void => {
      if (loaded > before) onSent(loaded - before);
      before = loaded;
    };
    // the last piece is told by the one or the other, as the browser likes
    request.upload.onprogress = tell;
    request.upload.onload = tell;
    request.onload = end(() => {
      const { status, responseText: text } = request;
      resolve({ status, text, header: (name) => request.getResponseHeader(name) });
    });
    request.onerror = end(() => reject(new Error('the connection broke')));
    request.onabort = end(() => reject(new Error('the request was ended')));
    signal.addEventListener('abort', abort, { once: true });
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}
