import { pngChunks, type PngChunk } from './png-chunks.js';

/** `tEXt`, `zTXt` and `iTXt` (PNG specification, 11.3.3). No pixel depends on them. */
const TEXT_TYPES: ReadonlySet<number> = new Set([0x74_45_58_74, 0x7a_54_58_74, 0x69_54_58_74]);

/**
 * A PNG without its text. The decoder inflates every `zTXt` and `iTXt` while it reads the headers, each up to 8 MB, and
 * keeps them: 60 of them in 460 kB take seconds and gigabytes.
 *
 * Of the other chunks only `iCCP` is compressed, see `png-profile.ts`. A chunk that the file's end cuts off stays, so that
 * the decoder misses what is missing. JPEG and WebP store text, EXIF and profiles as they are: the file's size bounds
 * them. GIF has comments only, stored likewise.
 *
 * @returns the same bytes where there is no text, else a copy; chunks that stay are unchanged
 */
export function withoutText(bytes: Uint8Array): Uint8Array {
  let textBytes = 0;
  for (const { start, end } of textChunks(bytes)) textBytes += end - start;
  if (textBytes === 0) return bytes;

  const kept = Buffer.allocUnsafeSlow(bytes.length - textBytes);
  let [from, to] = [0, 0];
  for (const { start, end } of textChunks(bytes)) {
    kept.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  kept.set(bytes.subarray(from), to);
  return kept;
}

function* textChunks(bytes: Uint8Array): Generator<PngChunk> {
  for (const chunk of pngChunks(bytes)) {
    if (TEXT_TYPES.has(chunk.type) && chunk.end <= bytes.length) yield chunk;
  }
}
