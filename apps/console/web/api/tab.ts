const BYTES = 16;

/** What this tab calls itself, anew each time that its page is loaded: what it claims is its own. */
export const TAB = Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('');
