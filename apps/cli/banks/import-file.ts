import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import type { ImportAnswer } from '#contracts/bank-answer.js';

/** A request may have 256 kB. */
const PIECE_BYTES_MAX = 200_000;
/** A longer line is no hash; this much of it is enough to be told so. */
const LINE_CHARACTERS_MAX = 300;
const FAULTS_LISTED_MAX = 100;

/**
 * Sends a file of hashes in pieces of whole lines, one after the other. What was sent before a failure stays imported:
 * to send the file again is harmless.
 *
 * @param send imports one piece
 * @param onProgress hears of bytes
 * @returns the sum; lines count through the whole file
 * @throws Error in words when there is no such file
 */
export async function importFile(
  file: string,
  send: (text: string) => Promise<ImportAnswer>,
  onProgress: (done: number, total: number) => void,
): Promise<ImportAnswer> {
  const size = await readableSize(file);
  const input = createReadStream(file);
  const sum = { added: 0, known: 0, faultCount: 0, faults: [] as { line: number; detail: string }[] };
  let linesBefore = 0;
  for await (const lines of piecesOf(createInterface({ input, crlfDelay: Infinity }))) {
    const { added, known, faultCount, faults } = await send(lines.join('\n'));
    sum.added += added;
    sum.known += known;
    sum.faultCount += faultCount;
    for (const { line, detail } of faults) {
      if (sum.faults.length < FAULTS_LISTED_MAX) sum.faults.push({ line: line + linesBefore, detail });
    }
    linesBefore += lines.length;
    onProgress(Math.min(input.bytesRead, size), size);
  }
  return sum;
}

/** Bytes of a file. @throws Error that says what to do when it is none, or not to be read */
async function readableSize(file: string): Promise<number> {
  const advice = 'name a text file with one hash a line';
  const facts = await access(file, constants.R_OK).then(
    () => stat(file),
    (cause: unknown) => {
      throw new Error(`${file} is not there or cannot be read: ${advice}`, { cause });
    },
  );
  if (facts.isDirectory()) throw new Error(`${file} is a folder: ${advice}`);
  return facts.size;
}

async function* piecesOf(lines: AsyncIterable<string>): AsyncGenerator<string[]> {
  let piece: string[] = [];
  let bytes = 0;
  for await (const whole of lines) {
    const line = whole.slice(0, LINE_CHARACTERS_MAX);
    const more = Buffer.byteLength(line) + 1;
    if (bytes + more > PIECE_BYTES_MAX) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(line);
    bytes += more;
  }
  if (piece.length > 0) yield piece;
}
