import type { TestClient } from './test-client.js';

/** A server-sent event, or a stream's end. */
export interface Frame {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** A client's open stream of events, as a reader without a library has it. */
export class OpenStream {
  readonly frames: Frame[] = [];
  /** What it would come back with: of the last event, or where it began. */
  lastEventId: string | undefined;
  /** Comments that came. */
  beats = 0;
  /** Resolves when the other side has ended it. */
  readonly ended: Promise<void>;
  private readonly controller: AbortController;

  private constructor(response: Response, controller: AbortController) {
    this.controller = controller;
    this.ended = this.read(response);
  }

  /** @throws Error with the answer's status and text when it is no stream */
  static async open(
    { secret }: Pick<TestClient, 'secret'>,
    url: string,
    { lastEventId, types }: { lastEventId?: string | undefined; types?: string } = {},
  ): Promise<OpenStream> {
    const controller = new AbortController();
    const headers = {
      authorization: `Bearer ${secret}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const query = types === undefined ? '' : `?types=${types}`;
    const response = await fetch(`${url}/v1/events${query}`, { headers, signal: controller.signal });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new OpenStream(response, controller);
  }

  get ids(): string[] {
    return this.frames.map(({ id }) => id);
  }

  /** Breaks the connection. */
  async close(): Promise<void> {
    this.controller.abort();
    await this.ended;
  }

  private async read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch {
      // it was broken off, from either side
    }
  }

  /** As the standard has it: an id alone is no event, and yet the last one. */
  private take(block: string): void {
    const fields = new Map(
      block
        .split('\n')
        .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    if (fields.has('')) this.beats += 1;
    const [id, data] = [fields.get('id'), fields.get('data')];
    if (id !== undefined) this.lastEventId = id;
    if (id !== undefined && data !== undefined) this.frames.push({ id, type: fields.get('event') ?? '', data });
  }
}
