import { createHash } from 'node:crypto';

const HASH_BITS = 256;

/** Random hashes of 256 bits in hexadecimal digits, the same ones every time: the n-th is SHA-256 of n and the seed. */
export const randomHash = (seed: string, n: number): string =>
  createHash('sha256').update(`${seed} ${n}`).digest('hex');

/** The hash with some of its bits turned over, spread over all of it; which ones follows from `n`. */
export function nearHash(hash: string, bits: number, n: number): string {
  const turned = Array.from({ length: bits }, (_, index) => (n + index * Math.floor(HASH_BITS / bits)) % HASH_BITS);
  const mask = turned.reduce((all, bit) => all | (1n << BigInt(bit)), 0n);
  return (BigInt(`0x${hash}`) ^ mask).toString(16).padStart(HASH_BITS / 4, '0');
}
