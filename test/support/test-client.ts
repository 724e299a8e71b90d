import type { AssetAnswer } from '#contracts/asset-answer.js';

/** An answer of the upload service. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface UploadOptions {
  readonly fields?: Readonly<Record<string, string>>;
  /** Idempotency key. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As multipart/form-data; otherwise as the body, with the fields in the query. */
  readonly form?: boolean;
}

const ANSWER_MS_MAX = 60_000;

/** An application that uploads, with its key. Remembers every id that it saw accepted. */
export class TestClient {
  constructor(
    readonly id: string,
    readonly secret: string,
    private readonly url: () => string,
    readonly seen: string[] = [],
  ) {}

  /** The same client at another upload service. */
  at(url: string): TestClient {
    return new TestClient(this.id, this.secret, () => url, this.seen);
  }

  /** The same client with another key. */
  with(secret: string): TestClient {
    return new TestClient(this.id, secret, this.url, this.seen);
  }

  /** @throws Error when the connection breaks */
  async upload(bytes: Uint8Array, options: UploadOptions = {}): Promise<Answer<AssetAnswer>> {
    const { fields = {}, key, form } = options;
    const headers = { ...options.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const answer = await (form === true
      ? this.ask<AssetAnswer>('/v1/assets', { method: 'POST', headers, body: formOf(bytes, fields) })
      : this.ask<AssetAnswer>(`/v1/assets?${new URLSearchParams(fields).toString()}`, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'image/jpeg' },
          body: bytes,
        }));
    if (answer.status >= 200 && answer.status < 300) this.seen.push(answer.body.id);
    return answer;
  }

  /** Uploads; anything but 201 fails the test. @returns the asset's id */
  async submit(bytes: Uint8Array, options: UploadOptions = {}): Promise<string> {
    const { status, body } = await this.upload(bytes, options);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.ask<T>(path, {});
  }

  async ask<T = Record<string, unknown>>(path: string, init: RequestInit): Promise<Answer<T>> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${this.secret}`);
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(`${this.url()}${path}`, { signal, ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
  }
}

function formOf(bytes: Uint8Array, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(bytes)]), 'picture.jpg');
  return form;
}
