const RANDOM_BYTES = 16;

/** 128 random bits in hexadecimal digits. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
