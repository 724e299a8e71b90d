/** Bits in which two hashes in hexadecimal digits differ. */
export const differingBits = (a: string, b: string): number =>
  (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
