/**
 * Reads the first bytes of a stream without losing them.
 *
 * @returns `head`, at least `most` bytes unless the stream ends sooner, and `whole`, everything from the start
 */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  most: number,
): Promise<{ head: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < most) {
    const chunk = await chunks.next();
    if (chunk.done === true) break;
    seen.push(chunk.value);
    bytes += chunk.value.byteLength;
  }
  const head = Buffer.concat(seen);
  return { head, whole: resume(head, chunks) };
}

async function* resume(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    const chunk = await rest.next();
    if (chunk.done === true) return;
    yield chunk.value;
  }
}
