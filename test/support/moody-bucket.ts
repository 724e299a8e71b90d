import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Bucket } from '#storage/s3-bucket.js';
import type { S3Place } from '#storage/s3-client.js';

/** What is said of a key: "slow down", or nothing, with the connection cut. */
export type Mood = 'slow' | 'silent';

const SLOW_DOWN = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** A way to a bucket's server on which some keys are answered as a test wants. */
export class MoodyBucket {
  /** Of keys that contain one of these; the last that fits counts. */
  readonly moods = new Map<string, Mood>();
  private readonly server: Server;

  private constructor(private readonly behind: S3Place) {
    this.server = createServer((asked, answer) => this.answer(asked, answer));
  }

  static async open(behind: S3Place): Promise<MoodyBucket> {
    const bucket = new MoodyBucket(behind);
    await new Promise<void>((resolve) => bucket.server.listen(0, '127.0.0.1', resolve));
    return bucket;
  }

  bucket(): S3Bucket {
    const { port } = this.server.address() as AddressInfo;
    return new S3Bucket({ ...this.behind, endpoint: `http://127.0.0.1:${port}` });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(asked: IncomingMessage, answer: ServerResponse): void {
    const { url = '', method, headers } = asked;
    const mood = [...this.moods].findLast(([key]) => url.includes(key))?.[1];
    if (mood === 'silent') {
      asked.socket.destroy();
      return;
    }
    if (mood === 'slow') {
      asked.resume();
      answer.writeHead(503, { 'content-type': 'application/xml' }).end(method === 'HEAD' ? undefined : SLOW_DOWN);
      return;
    }
    const onward = request(new URL(url, this.behind.endpoint), { method, headers }, (said) => {
      answer.writeHead(said.statusCode ?? 500, said.headers);
      said.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }
}
