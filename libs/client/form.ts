import type { Body } from './body.js';

/** A body inside a form, and the type that says so. */
export interface Form {
  readonly body: Body;
  readonly type: string;
}

/** A form (RFC 7578) with fields and one file, whose bytes are read as they are sent. */
export function formOf(file: Body, fields: Readonly<Record<string, string>>, boundary: string): Form {
  const lines = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = encoded(
    `${lines.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="image"\r\n` +
      'content-type: application/octet-stream\r\n\r\n',
  );
  const tail = encoded(`\r\n--${boundary}--\r\n`);
  const { whole } = file;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* file.pieces();
    yield tail;
  }
  const body: Body = {
    bytes: file.bytes === undefined ? undefined : head.byteLength + file.bytes + tail.byteLength,
    isThere: () => file.isThere(),
    whole: whole === undefined ? undefined : new Blob([head, whole, tail]),
    pieces,
    stop: () => file.stop(),
  };
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
