import type { Readable } from 'node:stream';

import { Problem } from '#contracts/problems.js';

/**
 * What a body brings, for as long as it may take to arrive. The stream is not destroyed: that would take its connection with
 * it, and the answer that says what was wrong.
 *
 * @throws Problem `invalid-request` when it is not here in time
 */
export async function* chunksWithin(body: Readable, arriveMsMax: number): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = body.iterator({ destroyOnReturn: false });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tooLate = new Problem('invalid-request', `The body was not here within ${arriveMsMax} ms: send it faster.`);
    timer = setTimeout(() => reject(tooLate), arriveMsMax);
  });
  // it is waited for only while a chunk is
  late.catch(() => undefined);
  try {
    let next = await Promise.race([chunks.next(), late]);
    while (next.done !== true) {
      yield next.value;
      next = await Promise.race([chunks.next(), late]);
    }
  } finally {
    clearTimeout(timer);
  }
}
