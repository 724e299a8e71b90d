import { PortcullisError } from './errors.js';

const RANDOM_BYTES = 16;
const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** 128 random bits in hexadecimal digits. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A text that goes into a header. @throws TypeError, since no connection is to blame for what no header can hold */
export function printable(text: string, what: string): string {
  if (PRINTABLE.test(text)) return text;
  throw new TypeError(`${what} must be 1 to 255 printable ASCII characters`);
}

/**
 * What work comes to that is sent under an idempotency key. Its errors carry the key: who tries again later sends the same.
 *
 * @throws TypeError when the key is none; what the work throws
 */
export async function underKey<T>(key: string, work: (key: string) => Promise<T>): Promise<T> {
  printable(key, 'idempotencyKey');
  try {
    return await work(key);
  } catch (error) {
    if (error instanceof PortcullisError) error.idempotencyKey = key;
    throw error;
  }
}
