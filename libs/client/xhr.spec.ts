import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ConnectionError } from './errors.js';
import { Portcullis } from './portcullis.js';
import type { Progress } from './submit.js';

/** A browser's XMLHttpRequest as far as it is used. What it answers with, a test says. */
class FakeXhr {
  static readonly made: FakeXhr[] = [];
  static answer: (xhr: FakeXhr) => void = () => undefined;
  readonly upload: Record<'onprogress' | 'onload', ((event: { loaded: number }) => void) | null> = {
    onprogress: null,
    onload: null,
  };
  readonly headers: Record<string, string> = {};
  status = 0;
  responseText = '';
  body: Blob | undefined;
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  opened: readonly string[] = [];

  constructor() {
    FakeXhr.made.push(this);
  }

  open(...args: string[]): void {
    this.opened = args;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return name === 'idempotent-replayed' ? 'true' : null;
  }

  send(body: Blob): void {
    this.body = body;
    setImmediate(() => FakeXhr.answer(this));
  }

  abort(): void {
    this.onabort?.();
  }
}

const ASSET = { id: 'a', served: true, decision: { revision: 1, stage: 'provisional' } };
const client = new Portcullis({ url: 'http://127.0.0.1:9', key: 'k' });

beforeEach(() => {
  FakeXhr.made.length = 0;
  Reflect.set(globalThis, 'XMLHttpRequest', FakeXhr);
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
});

function accept(xhr: FakeXhr): void {
  for (const loaded of [3, 3, 7]) xhr.upload.onprogress?.({ loaded });
  xhr.upload.onload?.({ loaded: 10 });
  Object.assign(xhr, { status: 201, responseText: JSON.stringify(ASSET) });
  xhr.onload?.();
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield* await Promise.resolve([Buffer.from('hello '), Buffer.from('hell')]);
}

describe('an upload in a browser that tells how far it is', () => {
  it('goes by what has been sent, with a stream held whole', async () => {
    const told: Progress[] = [];
    FakeXhr.answer = accept;
    const onProgress = (progress: Progress): void => void told.push(progress);
    expect(await client.submit({ open: pieces }, { class: 'bulk', onProgress })).toEqual(ASSET);
    const [xhr] = FakeXhr.made;
    expect(xhr?.opened).toEqual(['POST', 'http://127.0.0.1:9/v1/assets?class=bulk']);
    expect(xhr?.headers).toMatchObject({ authorization: 'Bearer k', 'content-type': 'application/octet-stream' });
    expect(await xhr?.body?.text()).toBe('hello hell');
    expect(told).toMatchObject([
      { state: 'sending', sentBytes: 3 },
      { state: 'sending', sentBytes: 7 },
      { state: 'sending', sentBytes: 10 },
      { state: 'accepted', isReplayed: true },
    ]);
  });

  it('is sent again when the connection breaks, and not for ever', async () => {
    FakeXhr.answer = (xhr) => (FakeXhr.made.length === 1 ? xhr.onerror?.() : accept(xhr));
    const onProgress = (): void => undefined;
    expect(await client.submit(Buffer.from('x'), { onProgress })).toEqual(ASSET);
    expect(new Set(FakeXhr.made.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    FakeXhr.answer = (xhr) => xhr.onerror?.();
    await expect(client.submit(Buffer.from('x'), { onProgress, attemptsMax: 1 })).rejects.toThrow(ConnectionError);
  });

  it('is ended by its caller', async () => {
    const [mine, reason] = [new AbortController(), new Error('enough')];
    FakeXhr.answer = () => mine.abort(reason);
    const asked = client.submit(Buffer.from('x'), { onProgress: () => undefined, signal: mine.signal });
    await expect(asked).rejects.toBe(reason);
    expect(FakeXhr.made).toHaveLength(1);
  });

  it('throws what its source throws', async () => {
    const fault = new Error('it changed');
    const open = (): ReadableStream<Uint8Array> =>
      new ReadableStream({ start: (controller) => controller.error(fault) });
    await expect(client.submit({ open }, { onProgress: () => undefined })).rejects.toBe(fault);
    expect(FakeXhr.made).toEqual([]);
  });
});
