import type { TrafficClass } from '#moderation/words.js';

import { isSize, isTrafficClass, type Size } from './request-kinds.js';

/** One request that is to be sent, or was. */
export interface TracedRequest {
  /** From the start of the trace. */
  readonly atMs: number;
  readonly size: Size;
  readonly class: TrafficClass;
}

/** Bytes between what photographs of the two sizes weigh: a trace of somebody's traffic knows bytes, not pixels. */
const LARGE_FROM_BYTES = 150_000;
const REQUESTS_MAX = 5_000_000;

/**
 * Reads a trace: a JSON object a line, `{"atMs":12,"size":"640","class":"normal"}`. `bytes` may stand for `size`; without
 * either the request is a small one, without `class` a normal one.
 *
 * @returns in order of time
 * @throws RangeError with the line that cannot be read, or when the trace is empty or too long
 */
export function parseTrace(text: string): TracedRequest[] {
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  if (lines.length === 0 || lines.length > REQUESTS_MAX) {
    throw new RangeError(`a trace has 1 to ${REQUESTS_MAX} requests, this one ${lines.length}`);
  }
  return lines.map(({ line, number }) => parseLine(line, number)).sort((a, b) => a.atMs - b.atMs);
}

export const formatTrace = (requests: Iterable<TracedRequest>): string =>
  [...requests]
    .map(({ atMs, size, class: trafficClass }) => `${JSON.stringify({ atMs, size, class: trafficClass })}\n`)
    .join('');

function parseLine(line: string, number: number): TracedRequest {
  const fields = parseObject(line, number);
  const { atMs, size = sizeOf(fields.bytes), class: trafficClass = 'normal' } = fields;
  if (typeof atMs !== 'number' || !Number.isFinite(atMs) || atMs < 0) throw unreadable(number, 'atMs');
  if (!isSize(size)) throw unreadable(number, 'size');
  if (!isTrafficClass(trafficClass)) throw unreadable(number, 'class');
  return { atMs, size, class: trafficClass };
}

interface TraceLine {
  readonly atMs?: unknown;
  readonly size?: unknown;
  readonly bytes?: unknown;
  readonly class?: unknown;
}

function parseObject(line: string, number: number): TraceLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RangeError(`line ${number} of the trace is not JSON`);
  }
  if (typeof value !== 'object' || value === null) throw new RangeError(`line ${number} of the trace is no object`);
  return value;
}

const sizeOf = (bytes: unknown): Size => (typeof bytes === 'number' && bytes >= LARGE_FROM_BYTES ? '2mp' : '640');

const unreadable = (number: number, field: string): RangeError =>
  new RangeError(`line ${number} of the trace has no ${field} that can be used`);
