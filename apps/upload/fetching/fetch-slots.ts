import { Problem } from '#contracts/problems.js';

import { ClientSlots } from '../client-slots.js';

/** More at once are refused: each holds a connection, a file, and a place among the uploads under way. */
const FETCHES_MAX = 64;
const RETRY_MS = 1_000;

/** Bounds how many images are fetched at once: no client keeps others from theirs by naming slow servers. */
export const fetchSlots = (): ClientSlots =>
  new ClientSlots({
    ofAll: FETCHES_MAX,
    ofClient: FETCHES_MAX / 4,
    refusal: () =>
      new Problem('overloaded', 'Too many images are being fetched at once. Nothing was stored.', {
        retryAfterMs: RETRY_MS,
      }),
  });
