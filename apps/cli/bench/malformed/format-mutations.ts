import { crc32 } from 'node:zlib';

import type { Random } from '#imaging/samples/random.js';

import { dimensionFields } from './dimension-fields.js';
import { lengthFields, type NumberField } from './length-fields.js';
import type { Mutation } from './mutation.js';

const PNG_SIGNATURE_BYTES = 8;
const PNG_CHUNK_BYTES = 12;

/** What breaks a file where its format counts bytes and pixels. A file in which nothing was found stays as it is. */
export const FORMAT_MUTATIONS: readonly Mutation[] = [
  { name: 'a length lies', apply: ({ bytes }, random) => lied(bytes, lengthFields(bytes), 1, random) },
  { name: 'many lengths lie', apply: ({ bytes }, random) => lied(bytes, lengthFields(bytes), 8, random) },
  { name: 'a side lies', apply: ({ bytes }, random) => withChecksums(lied(bytes, dimensionFields(bytes), 1, random)) },
  {
    name: 'both sides lie',
    apply: ({ bytes }, random) => withChecksums(lied(bytes, dimensionFields(bytes), 4, random)),
  },
  { name: 'a chunk left out', apply: ({ bytes }, random) => withoutChunk(bytes, random) },
  { name: 'two chunks swapped', apply: ({ bytes }, random) => withSwappedChunks(bytes, random) },
  { name: 'a chunk repeated', apply: ({ bytes }, random) => withRepeatedChunk(bytes, random) },
];

function lied(bytes: Buffer, fields: readonly NumberField[], count: number, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = 0; times < count; times += 1) {
    const field = fields[random.integer(0, fields.length - 1)];
    if (field === undefined || field.offset < 0 || field.offset + field.bytes > copy.length) continue;
    writeField(copy, field, lieAbout(readField(copy, field), field.bytes, random));
  }
  return copy;
}

/** Off by a little, by a lot, nothing at all, and what overflows. */
function lieAbout(value: number, bytes: number, random: Random): number {
  const max = 2 ** (8 * bytes) - 1;
  const lies = [
    0,
    1,
    value - 1,
    value + 1,
    value * 2,
    value * 37,
    max,
    max - 7,
    (max + 1) / 2,
    random.integer(0, max),
  ] as const;
  return Math.min(max, Math.max(0, random.pick(lies)));
}

const readField = (bytes: Buffer, { offset, bytes: length, order }: NumberField): number =>
  order === 'big' ? bytes.readUIntBE(offset, length) : bytes.readUIntLE(offset, length);

function writeField(bytes: Buffer, { offset, bytes: length, order }: NumberField, value: number): void {
  if (order === 'big') bytes.writeUIntBE(value, offset, length);
  else bytes.writeUIntLE(value, offset, length);
}

/** The spans between the lengths that a file names. */
function chunksOf(bytes: Buffer): Buffer[] {
  const starts = [...new Set([0, ...lengthFields(bytes).map(({ offset }) => offset), bytes.length])];
  return starts.slice(1).map((end, index) => bytes.subarray(starts[index], end));
}

function withoutChunk(bytes: Buffer, random: Random): Buffer {
  const chunks = chunksOf(bytes);
  const gone = random.integer(0, chunks.length - 1);
  return Buffer.concat(chunks.filter((_, index) => index !== gone));
}

function withSwappedChunks(bytes: Buffer, random: Random): Buffer {
  const chunks = chunksOf(bytes);
  const [a, b] = [random.integer(0, chunks.length - 1), random.integer(0, chunks.length - 1)];
  return Buffer.concat(chunks.map((chunk, index) => chunks[index === a ? b : index === b ? a : index] ?? chunk));
}

function withRepeatedChunk(bytes: Buffer, random: Random): Buffer {
  const chunks = chunksOf(bytes);
  const at = random.integer(0, chunks.length - 1);
  const times = random.integer(2, 50);
  return Buffer.concat(chunks.flatMap((chunk, index) => (index === at ? Array<Buffer>(times).fill(chunk) : [chunk])));
}

/** Makes the checksums of a PNG right again, so that what was changed is believed. Other files stay as they are. */
export function withChecksums(bytes: Buffer): Buffer {
  if (!bytes.toString('latin1', 0, 4).startsWith('\x89PNG')) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = PNG_SIGNATURE_BYTES; at + PNG_CHUNK_BYTES <= copy.length;) {
    const end = at + 8 + copy.readUInt32BE(at);
    if (end + 4 > copy.length) break;
    copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return copy;
}
