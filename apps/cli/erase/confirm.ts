import { createInterface } from 'node:readline/promises';

/** As much of `process.stdin` as is needed. */
type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Asks on a terminal. @returns whether the answer is yes; true where nobody is there to answer */
export async function confirm(
  question: string,
  input: Input = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  if (input.isTTY !== true) return true;
  const terminal = createInterface({ input, output });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
