import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** An answer, and how long it took from the first byte of the request to the last of the answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

const BOUNDARY = 'portcullis-bench-7d1f0a9c';
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="picture.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
/** A measurement with an answer that takes longer is no measurement. */
const ANSWER_MS_MAX = 30_000;

/** Uploads files as browsers and curl do: a multipart form over a kept connection, one per client. */
export class FormClient {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly headers: IncomingHttpHeaders = {},
  ) {}

  /** @throws Error when there is no answer */
  upload(file: Buffer): Promise<Answer> {
    const body = Buffer.concat([HEAD, file, TAIL]);
    const headers = {
      ...this.headers,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      'content-length': body.length,
    };
    return new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const sent = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            ms: performance.now() - startedMs,
          }),
        );
      });
      sent.setTimeout(ANSWER_MS_MAX, () => sent.destroy(new Error(`no answer within ${ANSWER_MS_MAX / 1000} s`)));
      sent.once('error', reject);
      sent.end(body);
    });
  }

  /** Ends the kept connections. */
  close(): void {
    this.agent.destroy();
  }
}
