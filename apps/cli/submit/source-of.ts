import { addAbortSignal, type Readable } from 'node:stream';

import { file } from '#client/node.js';
import type { RepeatableSource } from '#client/sources.js';

/** What stands for standard input among names of files. */
const STDIN = '-';
const ADDRESS = /^https?:\/\//i;
/** As much as a service may be set up to take. */
const HELD_BYTES_MAX = 500_000_000;
const READ_MS_MAX = 180_000;

/** What can be read as often as it has to be. */
export type Sendable = Uint8Array | RepeatableSource | { readonly url: string };

/**
 * What an argument of `portcullis submit` means: a file, an address that the service fetches from, or standard input, which
 * is read whole, as pipes are, no longer than `stop` and three minutes allow.
 *
 * @throws the file system's error when there is no such file; Error when a pipe does not end
 */
export async function sourceOf(argument: string, stdin: Readable, stop: AbortSignal): Promise<Sendable> {
  if (argument === STDIN) return held(stdin, stop);
  if (ADDRESS.test(argument)) return { url: argument };
  const source = await file(argument);
  return 'open' in source && 'bytes' in source ? source : held(source, stop);
}

/** @throws Error when standard input is named twice: it can be read once */
export function refuseTwoStdins(names: readonly string[]): void {
  if (names.filter((argument) => argument === STDIN).length > 1) throw new Error('`-` may stand once');
}

async function held(stream: Readable, stop: AbortSignal): Promise<Uint8Array> {
  const late = AbortSignal.timeout(READ_MS_MAX);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of addAbortSignal(AbortSignal.any([stop, late]), stream) as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      if (bytes > HELD_BYTES_MAX) throw new Error(`it has more than ${HELD_BYTES_MAX} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    if (stop.aborted) throw new Error('stopped before all of it was read', { cause: error });
    if (late.aborted) throw new Error(`it did not end within ${READ_MS_MAX / 1_000} s`, { cause: error });
    throw error;
  }
  return Buffer.concat(pieces);
}
