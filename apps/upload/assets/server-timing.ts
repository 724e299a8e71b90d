import type { UploadTiming } from '#contracts/asset-answer.js';

/**
 * The stages of an upload as a `Server-Timing` header (W3C), which browsers' developer tools draw. Milliseconds.
 */
export const serverTiming = (timing: UploadTiming): string =>
  Object.entries(timing)
    .map(([stage, ms]: [string, number]) => `${stage.replace(/Ms$/, '')};dur=${ms}`)
    .join(', ');
