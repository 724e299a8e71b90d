import type { AssetAnswer } from '#contracts/asset-answer.js';

/** How long the demo asks for one answer before it gives up. */
const REQUEST_MS_MAX = 60_000;

/** Talks to the upload service as any client would: over HTTP, with a key. */
export class UploadClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** @throws Error with the problem's words when the image is refused */
  submit(bytes: Uint8Array, externalId: string): Promise<AssetAnswer> {
    return this.ask('POST', `/v1/assets?externalId=${encodeURIComponent(externalId)}`, bytes);
  }

  read(id: string): Promise<AssetAnswer> {
    return this.ask('GET', `/v1/assets/${id}`);
  }

  private async ask(method: string, path: string, body: Uint8Array | null = null): Promise<AssetAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(REQUEST_MS_MAX),
    });
    const answer = (await response.json()) as AssetAnswer & { title?: string; detail?: string };
    if (!response.ok) throw new Error(`${response.status} ${answer.title ?? ''}: ${answer.detail ?? ''}`);
    return answer;
  }
}
