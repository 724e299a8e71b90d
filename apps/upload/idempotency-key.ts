import { Problem } from '#contracts/problems.js';

/** Printable ASCII, as header values are. */
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** The key of a request, if it has one. @throws Problem `invalid-request` */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || IDEMPOTENCY_KEY.test(header)) return header;
  throw new Problem('invalid-request', 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
}
