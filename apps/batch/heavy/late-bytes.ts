import type { OperationalError } from '#contracts/errors.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { StoredAsset } from '#persistence/witness-store.js';

import { isGiven, isOfOneAsset, type Giving } from './given-bytes.js';

export interface Place {
  readonly bytes: Giving;
  /** Other assets than these, whose bytes were there before. */
  readonly witnesses: { others(assetIds: readonly string[]): Promise<readonly StoredAsset[]> };
}

/** Of the witnesses: an object may have gone bad since it was looked at. */
const LATE_WITNESSES_MAX = 1;
/** Its tries are as far apart as those of an asset that has failed so much more often: a bucket says "slow down" for minutes. */
const SLOWER = 5;

/** What people are told of an asset whose bytes never came. */
export const LATE_DETAIL = 'its stored bytes did not come, while those of others did';

/**
 * Those of the late assets whose bytes alone do not come: others' bytes are given, and theirs are not when they are asked for
 * once more. Where the place of all bytes is not well, be it for some of them only, it is none: whether a bucket that
 * gives half of what it is asked for has lost one object cannot be told.
 */
export async function lateAlone<T extends StoredAsset>(
  late: ReadonlyMap<T, OperationalError>,
  { bytes, witnesses }: Place,
): Promise<T[]> {
  const suspects = [...late].filter(([, error]) => isOfOneAsset(error)).map(([asset]) => asset);
  if (suspects.length === 0) return [];
  const asked = await witnesses.others(suspects.map(({ assetId }) => assetId));
  const answers = await Promise.all(asked.map((one) => isGiven(bytes, one)));
  const given = answers.filter((isHad) => isHad).length;
  if (given === 0 || given < asked.length - LATE_WITNESSES_MAX) return [];
  const again = await Promise.all(suspects.map((one) => isGiven(bytes, one)));
  return suspects.filter((_, index) => again[index] === false);
}

/** Milliseconds until the bytes of an asset that were late are asked for again: one to two minutes, then two to four. */
export const lateDelayMs = (attempts: number, random: number): number => retryDelayMs(attempts + SLOWER, random);
