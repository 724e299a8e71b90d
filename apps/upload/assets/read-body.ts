import { Problem } from '#contracts/problems.js';
import { utf8Of } from '#service/utf8.js';

/**
 * A JSON body of at most `bytesMax` bytes.
 *
 * @throws Problem `too-large` or `invalid-request`
 */
export async function readJsonBody(body: unknown, bytesMax: number): Promise<unknown> {
  if (!isByteStream(body)) throw notJson();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of heldOpen(body)) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Problem('too-large', `A body of this type may have at most ${bytesMax} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(utf8Of(Buffer.concat(chunks))) as unknown;
  } catch {
    throw notJson();
  }
}

/** Bodies come as streams: nothing of them is read before it is known who sends them. */
export const isByteStream = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

/** The same bytes. Whoever stops reading them does not end the stream: its request is still to be answered. */
export async function* heldOpen(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await chunks.next();
    if (chunk.done === true) return;
    yield chunk.value;
  }
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notJson = (): Problem => new Problem('invalid-request', 'The body must be a JSON object, in UTF-8.');
