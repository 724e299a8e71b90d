import { setImmediate } from 'node:timers/promises';

import type { ClassConstructor } from 'class-transformer';

import { Problem, type FieldFault } from '#contracts/problems.js';
import { validated } from '#service/problem.pipe.js';

import { isObject } from '../assets/read-body.js';

export interface LineLimits {
  readonly bytesMax: number;
  readonly linesMax: number;
}

/** An address of 2 048 characters and twenty metadata texts of 500, of up to four bytes each. */
const LINE_BYTES_MAX = 65_536;
const FAULTS_MAX = 20;
/** Checked without giving others a turn: some milliseconds. */
const LINES_AT_ONCE = 100;
const NEWLINE = 0x0a;
/** Empty lines between them are nobody's fault. */
const LINES_PER_ITEM_MAX = 4;

/**
 * Reads JSON lines, all of them or none.
 *
 * @throws Problem `too-large`, or `invalid-request` with the first twenty faults, each with its line in the pointer
 */
export async function readLines<T extends object>(
  source: AsyncIterable<Uint8Array>,
  line: ClassConstructor<T>,
  limits: LineLimits,
): Promise<T[]> {
  const read: T[] = [];
  const faults: FieldFault[] = [];
  let number = 0;
  for await (const text of split(source, limits.bytesMax)) {
    number += 1;
    if (number % LINES_AT_ONCE === 0) await setImmediate();
    if (number > limits.linesMax * LINES_PER_ITEM_MAX) throw tooManyLines(limits);
    if (text.trim() === '') continue;
    if (read.length === limits.linesMax) throw tooManyLines(limits);
    try {
      read.push(parse(text, line));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const own = error.extra.errors ?? [{ pointer: '', detail: error.detail }];
      faults.push(...own.map(({ pointer, detail }) => ({ pointer: `/${number}${pointer}`, detail })));
      if (faults.length >= FAULTS_MAX) break;
    }
  }
  if (faults.length === 0) return read;
  throw new Problem('invalid-request', 'Some lines are wrong; `errors` names each by its number. Nothing was stored.', {
    errors: faults.slice(0, FAULTS_MAX),
  });
}

const tooManyLines = ({ linesMax }: LineLimits): Problem =>
  new Problem('too-large', `There may be at most ${linesMax} lines.`);

function parse<T extends object>(text: string, line: ClassConstructor<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('invalid-request', 'is not JSON');
  }
  if (!isObject(value)) throw new Problem('invalid-request', 'must be a JSON object');
  return validated(line, value);
}

/** @throws Problem `too-large`; `invalid-request` for what is not UTF-8 */
async function* split(source: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Uint8Array): string => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw new Problem('invalid-request', 'Lines must be UTF-8.');
    }
  };
  let rest: Uint8Array = new Uint8Array();
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new Problem('too-large', `The lines may have at most ${bytesMax} bytes.`);
    rest = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      yield decode(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
    if (rest.byteLength > LINE_BYTES_MAX) {
      throw new Problem('too-large', `A line may have at most ${LINE_BYTES_MAX} bytes.`);
    }
  }
  if (rest.byteLength > 0) yield decode(rest);
}
