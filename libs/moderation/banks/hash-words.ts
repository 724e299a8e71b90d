/** Words of 32 bits that a hash of 256 bits is kept in, the first digits in the first word. */
export const HASH_WORDS = 8;

const HEX_DIGITS = 64;

/**
 * Reads a hash of 256 bits.
 *
 * @param hex 64 hexadecimal digits, upper or lower case
 * @returns eight words, the most significant first
 * @throws RangeError when it is anything else
 */
export function wordsOfHash(hex: string): Uint32Array {
  if (hex.length !== HEX_DIGITS) throw new RangeError(`a hash has ${HEX_DIGITS} hexadecimal digits, not ${hex.length}`);
  const words = new Uint32Array(HASH_WORDS);
  for (let digit = 0; digit < HEX_DIGITS; digit += 1) {
    const value = digitOf(hex.charCodeAt(digit));
    words[digit >> 3] = ((words[digit >> 3] ?? 0) << 4) | value;
  }
  return words;
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  if (letter >= 97 && letter <= 102) return letter - 87;
  throw new RangeError('a hash has hexadecimal digits only');
}
