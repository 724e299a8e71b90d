import { Problem } from '#contracts/problems.js';

import { ClientSlots } from '../client-slots.js';

/** More at once are refused: each holds a connection, a file, and a place among the uploads under way. */
const FETCHES_MAX = 64;
const OF_CLIENT = FETCHES_MAX / 4;
/** Of one host: where it hangs, what is elsewhere still has its places. More than a client has: none takes all of a host's. */
const OF_HOST = OF_CLIENT + FETCHES_MAX / 8;
const RETRY_MS = 1_000;

/** Bounds how many images are fetched at once: no client keeps others from theirs by naming slow servers. */
export const fetchSlots = (): ClientSlots =>
  new ClientSlots({
    ofAll: FETCHES_MAX,
    ofClient: OF_CLIENT,
    refusal: () => overloaded('Too many images are being fetched at once.'),
  });

/** Bounds how many images are fetched from each host at once, whoever names it. */
export const hostSlots = (): ClientSlots =>
  new ClientSlots({
    ofAll: FETCHES_MAX,
    ofClient: OF_HOST,
    refusal: () => overloaded('Too many images are being fetched from this host at once.'),
  });

const overloaded = (detail: string): Problem =>
  new Problem('overloaded', `${detail} Nothing was stored.`, { retryAfterMs: RETRY_MS });
