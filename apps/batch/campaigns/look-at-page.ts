import type { ClassifyOutcome } from '#contracts/classify.js';
import type { OperationalError } from '#contracts/errors.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { splitEvenly } from '#moderation/campaigns/candidate.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import type { ChosenAsset } from '#persistence/campaign-run-store.js';
import type { TryAgain } from '#persistence/campaign-tries.js';
import type { StoredAsset } from '#persistence/witness-store.js';
import { StorageLate } from '#storage/errors.js';

import { isDeadly } from '../heavy/deadly.js';
import { failedLook, type FailedLook } from '../heavy/failed-look.js';
import { bytesAfterLook, type Giving } from '../heavy/given-bytes.js';
import { LATE_DETAIL, lateAlone, lateDelayMs } from '../heavy/late-bytes.js';
import { lookAt } from '../heavy/look-at.js';

export interface LookParts {
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly bytes: Giving;
  /** Assets that are none of `assetIds`, and that no look has failed on: whether the place of all bytes is well. */
  readonly others: (assetIds: readonly string[]) => Promise<readonly StoredAsset[]>;
  /** Classifier processes: each has its part of a page. */
  readonly lanes: number;
  /** Tries of an asset that cannot be looked at. */
  readonly attemptsMax: number;
}

/** Why there is no look at an asset, after how many tries. */
export interface SetAside {
  readonly reason: DeadReason;
  readonly attempts: number;
}

export interface PageLooks {
  readonly seen: ReadonlyMap<ChosenAsset, ClassifyOutcome>;
  readonly setAside: ReadonlyMap<ChosenAsset, SetAside>;
  readonly again: readonly TryAgain[];
}

const DEADLY: FailedLook = { reason: 'crashed', detail: 'its service died over it, time and again', triesMax: 0 };
/** Bytes that are late while the place of all bytes is not well, and what there was no room for. */
const AWAY_MS = 5_000;
/** Of those in a page whose bytes came, so many are asked for theirs beside the others. */
const SEEN_WITNESSES = 3;

/**
 * Looks at assets, and makes of what failed another try each, or none any more. Bytes that alone do not come are a failure of
 * their asset, as they are for what is new (`lateAlone`).
 *
 * @throws OperationalError where nothing can be had: the page may be looked at later, and it was no try
 */
export async function lookAtPage(assets: readonly ChosenAsset[], parts: LookParts): Promise<PageLooks> {
  const { classifier, bytes, lanes, attemptsMax } = parts;
  const deadly = new Set(assets.filter(({ attempts }) => isDeadly({ attempts: attempts + 1 }, attemptsMax)));
  const lookable = assets.filter((asset) => !deadly.has(asset));
  const lanesOf = splitEvenly(lookable, lanes);
  const looks = await Promise.all(lanesOf.map((lane) => lookAt(classifier, bytes, lane)));
  const seen = new Map<ChosenAsset, ClassifyOutcome>();
  const failed = new Map<ChosenAsset, FailedLook>();
  const late = new Map<ChosenAsset, OperationalError>(looks.flatMap((look) => [...look.late]));
  for (const [asset, look] of looks.flatMap((one) => [...one.looks])) {
    if (!(look instanceof ClassifierFailed)) seen.set(asset, look);
    else {
      const found = look.reason === 'io' ? await bytesAfterLook(bytes, asset) : 'stored';
      if (found instanceof StorageLate) late.set(asset, found);
      else failed.set(asset, failedLook(look.reason, found));
    }
  }
  const others = async (assetIds: readonly string[]): Promise<readonly StoredAsset[]> => [
    ...(await parts.others(assetIds)),
    ...[...seen.keys()].slice(0, SEEN_WITNESSES),
  ];
  const alone = new Set(await lateAlone(late, { bytes, witnesses: { others } }));
  const [first] = late.values();
  if (first !== undefined && seen.size + failed.size + alone.size === 0) throw first;
  const again: TryAgain[] = [];
  for (const [asset, error] of late) {
    if (alone.has(asset)) failed.set(asset, { ...failedLook('io', 'unreadable'), detail: LATE_DETAIL });
    else again.push({ assetId: asset.assetId, afterMs: AWAY_MS, counts: false, error: error.message });
  }
  for (const asset of deadly) failed.set(asset, DEADLY);
  const setAside = new Map<ChosenAsset, SetAside>();
  for (const [asset, { reason, detail, triesMax }] of failed) {
    const attempts = asset.attempts + 1;
    const isLast = attempts >= Math.min(attemptsMax, triesMax);
    if (isLast) setAside.set(asset, { reason, attempts });
    else {
      const delayMs = alone.has(asset) ? lateDelayMs : retryDelayMs;
      again.push({ assetId: asset.assetId, afterMs: delayMs(attempts, Math.random()), counts: true, error: detail });
    }
  }
  return { seen, setAside, again };
}
