const DELAY_SECONDS = /^\d{1,9}$/;

/**
 * What a `Retry-After` header asks for (RFC 9110, section 10.2.3): seconds, or a date.
 *
 * @returns milliseconds from `nowMs` on, 0 for a date that has passed; null where there is none that can be read
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (DELAY_SECONDS.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
