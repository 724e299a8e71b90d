import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire; undefined fields for a connection that ended without one. */
export interface RawAnswer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
  readonly ms: number;
}

export interface RawRequest {
  /** Everything that is sent, line ends and all. */
  readonly pieces: readonly (string | Uint8Array)[];
  /** Ends the connection when all is sent, without waiting for an answer. */
  readonly abort?: boolean;
}

const ANSWER_MS_MAX = 20_000;

/** Sends bytes that no HTTP client would send, and gives what comes back until the server ends the connection. */
export function sendRaw(url: string, { pieces, abort = false }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const heard: Buffer[] = [];
    const socket: Socket = connect(Number(port), hostname, () => {
      for (const piece of pieces) socket.write(piece);
      if (abort) socket.write('', () => socket.destroy());
    });
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('the server neither answers nor hangs up')));
    socket.on('data', (data) => heard.push(data));
    socket.on('error', (error) => {
      if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return;
      reject(error);
    });
    socket.on('close', () => resolve({ ...parse(Buffer.concat(heard).toString()), ms: performance.now() - begun }));
  });
}

function parse(text: string): Omit<RawAnswer, 'ms'> {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return { status: undefined, type: undefined, body: '' };
  const head = text.slice(0, end);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  const type = /^content-type: (.+)$/im.exec(head)?.[1]?.trim();
  return { status: status === undefined ? undefined : Number(status), type, body: text.slice(end + 4) };
}
