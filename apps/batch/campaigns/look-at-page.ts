import type { ClassifyOutcome } from '#contracts/classify.js';
import type { OperationalError } from '#contracts/errors.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { splitEvenly } from '#moderation/campaigns/candidate.js';
import { retryDelayMs } from '#moderation/capacity/retry-delay.js';
import type { DeadReason } from '#moderation/dead-letter.js';
import type { ChosenAsset } from '#persistence/campaign-run-store.js';
import type { TryAgain } from '#persistence/campaign-tries.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { StorageLate } from '#storage/errors.js';

import { isDeadly } from '../heavy/deadly.js';
import { failedLook, type FailedLook } from '../heavy/failed-look.js';
import { isOfOneAsset } from '../heavy/given-bytes.js';
import { lookAt } from '../heavy/look-at.js';
import { isPlaceWell, type Witnesses } from './place-of-bytes.js';

export interface LookParts extends Witnesses {
  readonly classifier: Pick<Classifier, 'classify' | 'model'>;
  readonly bytes: Pick<AssetBytes, 'borrow' | 'presence'>;
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

/**
 * Looks at assets, and makes of what failed another try each, or none any more. What is late is an asset's own failure where
 * the place of the bytes gives others.
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
      const presence = look.reason === 'io' ? await bytes.presence(asset.assetId) : 'stored';
      if (presence === 'away') late.set(asset, new StorageLate('the place of all stored bytes is away'));
      else failed.set(asset, failedLook(look.reason, presence));
    }
  }
  const given = seen.size + failed.size;
  const isWell = await isPlaceWell([...late], given, parts);
  const [first] = late.values();
  if (first !== undefined && given === 0 && !isWell) throw first;
  const again: TryAgain[] = [];
  for (const [asset, error] of late) {
    if (isWell && isOfOneAsset(error)) failed.set(asset, { ...failedLook('io', 'unreadable'), detail: error.message });
    else again.push({ assetId: asset.assetId, afterMs: AWAY_MS, counts: false, error: error.message });
  }
  for (const asset of deadly) failed.set(asset, DEADLY);
  const setAside = new Map<ChosenAsset, SetAside>();
  for (const [asset, { reason, detail, triesMax }] of failed) {
    const attempts = asset.attempts + 1;
    const isLast = attempts >= Math.min(attemptsMax, triesMax);
    if (isLast) setAside.set(asset, { reason, attempts });
    else again.push({ assetId: asset.assetId, afterMs: afterMsOf(attempts), counts: true, error: detail });
  }
  return { seen, setAside, again };
}

const afterMsOf = (attempts: number): number => retryDelayMs(attempts, Math.random());
