/** Brands of an ISO base media file: what its writer says it is and what else it can be read as. */
export interface HeifBrands {
  readonly major: string;
  readonly compatible: readonly string[];
}

/** Real files name fewer than ten. */
const COMPATIBLE_BRANDS_MAX = 64;

/**
 * Reads the `ftyp` box (ISO/IEC 14496-12, 4.3): size, `ftyp`, major brand, minor version, then compatible brands,
 * four bytes each.
 *
 * @returns undefined when the bytes do not begin with that box
 */
export function readBrands(head: Uint8Array): HeifBrands | undefined {
  if (head.length < 16 || fourCharacters(head, 4) !== 'ftyp') return undefined;
  const boxBytes = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const end = Math.min(boxBytes, head.length, 16 + 4 * COMPATIBLE_BRANDS_MAX);
  const compatible: string[] = [];
  for (let offset = 16; offset + 4 <= end; offset += 4) compatible.push(fourCharacters(head, offset));
  return { major: fourCharacters(head, 8), compatible };
}

const fourCharacters = (bytes: Uint8Array, offset: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + 4));
