import type { Random } from '#imaging/samples/random.js';

import type { Mutation } from './mutation.js';

const FLIPS_MAX = 64;
const JUNK_BYTES_MAX = 4_096;
/** Of a file's head: where formats tell themselves apart and say how large a picture is. */
const HEAD_BYTES = 64;
/** Beginnings of files that programs other than image decoders would open. */
const OTHER_FORMATS = [
  '<html><script>alert(1)</script></html>',
  '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
  '%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n',
  'PK\u0003\u0004\u0014\u0000\u0000\u0000\u0000\u0000',
  'push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 "|id"\npop graphic-context\n',
] as const;

/** What breaks a file of any format. */
export const BYTE_MUTATIONS: readonly Mutation[] = [
  { name: 'cut off', apply: ({ bytes }, random) => bytes.subarray(0, Math.floor(bytes.length * random.next())) },
  { name: 'cut off within the head', apply: ({ bytes }, random) => bytes.subarray(0, random.integer(1, HEAD_BYTES)) },
  {
    name: 'cut off near the end',
    apply: ({ bytes }, random) => bytes.subarray(0, bytes.length - random.integer(1, 32)),
  },
  { name: 'bits flipped', apply: ({ bytes }, random) => flipped(bytes, random, bytes.length) },
  { name: 'bits flipped in the head', apply: ({ bytes }, random) => flipped(bytes, random, HEAD_BYTES * 4) },
  { name: 'bytes zeroed', apply: ({ bytes }, random) => overwritten(bytes, random, (length) => Buffer.alloc(length)) },
  {
    name: 'bytes overwritten',
    apply: ({ bytes }, random) => overwritten(bytes, random, (length) => junk(length, random)),
  },
  { name: 'bytes left out', apply: ({ bytes }, random) => replaced(bytes, span(bytes, random), Buffer.alloc(0)) },
  {
    name: 'junk put in',
    apply: ({ bytes }, random) => inserted(bytes, junk(random.integer(1, JUNK_BYTES_MAX), random), random),
  },
  { name: 'a piece repeated', apply: ({ bytes }, random) => inserted(bytes, pieceOf(bytes, random), random) },
  {
    name: 'head of another file',
    apply: ({ bytes, other }, random) => withHeadOf(other, bytes, random.integer(4, HEAD_BYTES)),
  },
  { name: 'tail of another file', apply: ({ bytes, other }, random) => spliced(bytes, other, random.next()) },
  { name: 'another file behind it', apply: ({ bytes, other }) => Buffer.concat([bytes, other]) },
  { name: 'another format behind it', apply: ({ bytes }, random) => Buffer.concat([bytes, otherFormat(random)]) },
  { name: 'another format before it', apply: ({ bytes }, random) => Buffer.concat([otherFormat(random), bytes]) },
  { name: 'another format within it', apply: ({ bytes }, random) => inserted(bytes, otherFormat(random), random) },
  {
    name: 'head, then junk',
    apply: ({ bytes }, random) => Buffer.concat([bytes.subarray(0, HEAD_BYTES), junk(JUNK_BYTES_MAX, random)]),
  },
  {
    name: 'head, then zeros',
    apply: ({ bytes }) => Buffer.concat([bytes.subarray(0, HEAD_BYTES), Buffer.alloc(JUNK_BYTES_MAX)]),
  },
];

/** Bytes that follow from the random numbers alone. */
export function junk(length: number, random: Random): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random.integer(0, 255)));
}

function flipped(bytes: Buffer, random: Random, within: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = random.integer(1, FLIPS_MAX); flips > 0; flips -= 1) {
    const at = random.integer(0, Math.min(within, copy.length) - 1);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(0, 7));
  }
  return copy;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function span(bytes: Buffer, random: Random): Span {
  const start = random.integer(0, bytes.length - 1);
  return { start, end: Math.min(bytes.length, start + random.integer(1, Math.ceil(bytes.length / 4))) };
}

const pieceOf = (bytes: Buffer, random: Random): Buffer => {
  const { start, end } = span(bytes, random);
  return bytes.subarray(start, end);
};

const replaced = (bytes: Buffer, { start, end }: Span, by: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);

function overwritten(bytes: Buffer, random: Random, content: (length: number) => Buffer): Buffer {
  const place = span(bytes, random);
  return replaced(bytes, place, content(place.end - place.start));
}

function inserted(bytes: Buffer, content: Buffer, random: Random): Buffer {
  const at = random.integer(0, bytes.length);
  return replaced(bytes, { start: at, end: at }, content);
}

const withHeadOf = (head: Buffer, bytes: Buffer, length: number): Buffer =>
  Buffer.concat([head.subarray(0, length), bytes.subarray(length)]);

const spliced = (first: Buffer, second: Buffer, share: number): Buffer =>
  Buffer.concat([first.subarray(0, first.length * share), second.subarray(second.length * share)]);

const otherFormat = (random: Random): Buffer => Buffer.from(random.pick(OTHER_FORMATS), 'latin1');
