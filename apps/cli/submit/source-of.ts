import { file } from '#client/node.js';
import type { ImageSource } from '#client/sources.js';

/** What stands for standard input among names of files. */
const STDIN = '-';
const ADDRESS = /^https?:\/\//i;

/**
 * What an argument of `portcullis submit` means: a file, an address that the service fetches from, or standard input.
 *
 * @throws the file system's error when there is no such file
 */
export async function sourceOf(argument: string, stdin: AsyncIterable<Uint8Array>): Promise<ImageSource> {
  if (argument === STDIN) return stdin;
  return ADDRESS.test(argument) ? { url: argument } : file(argument);
}

/** @throws Error when standard input is named twice: it can be read once */
export function refuseTwoStdins(names: readonly string[]): void {
  if (names.filter((argument) => argument === STDIN).length > 1) throw new Error('`-` may stand once');
}
