import type { ClassifyOutcome } from '#contracts/classify.js';
import { OperationalError } from '#contracts/errors.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { ClassifierFailed } from '#inference/classifier/errors.js';
import type { AssetBytes, BorrowedBytes } from '#storage/asset-bytes.js';
import { BytesUnreadable, SpoolFull } from '#storage/errors.js';

import { classifyEach } from './classify-each.js';

/** An asset as it is looked at. */
export interface Seeable {
  readonly assetId: string;
  /** Of the bytes that were accepted, in hex: nothing else is labelled in their name. */
  readonly sha256: string;
}

export interface Looks<T> {
  /** An outcome or its own failure for every asset whose bytes could be had or cannot be. */
  readonly looks: ReadonlyMap<T, ClassifyOutcome | ClassifierFailed>;
  /** Why there is nothing to say of the other assets yet. */
  readonly late: ReadonlyMap<T, OperationalError>;
}

/**
 * Classifies assets by their stored bytes, which are borrowed for it. Where there is no room for all at once they are
 * looked at in turns. Bytes that are late keep no other asset from its look.
 *
 * @throws ClassifierUnavailable, ClassifierOverloaded: the same may go well later
 */
export async function lookAt<T extends Seeable>(
  classifier: Pick<Classifier, 'classify'>,
  bytes: Pick<AssetBytes, 'borrow'>,
  assets: readonly T[],
): Promise<Looks<T>> {
  const looks = new Map<T, ClassifyOutcome | ClassifierFailed>();
  const late = new Map<T, OperationalError>();
  for (let rest = assets; rest.length > 0;) {
    const borrowed = await borrowAll(bytes, rest);
    const { lent, failed, left } = borrowed;
    for (const [asset, error] of borrowed.late) late.set(asset, error);
    try {
      const paths = [...lent].map(([asset, { path }]) => ({ asset, path }));
      for (const [{ asset }, look] of await classifyEach(classifier, paths, ({ path }) => path)) looks.set(asset, look);
    } finally {
      await giveBack(lent.values());
    }
    for (const [asset, failure] of failed) looks.set(asset, failure);
    rest = left;
  }
  return { looks, late };
}

interface Borrowed<T> {
  readonly lent: ReadonlyMap<T, BorrowedBytes>;
  readonly failed: ReadonlyMap<T, ClassifierFailed>;
  /** Those there was no room for; fewer than were asked for. */
  readonly left: readonly T[];
  readonly late: ReadonlyMap<T, OperationalError>;
}

async function borrowAll<T extends Seeable>(
  bytes: Pick<AssetBytes, 'borrow'>,
  assets: readonly T[],
): Promise<Borrowed<T>> {
  const lent = new Map<T, BorrowedBytes>();
  const failed = new Map<T, ClassifierFailed>();
  const left: T[] = [];
  const late = new Map<T, OperationalError>();
  const borrow = async (asset: T): Promise<void> => {
    try {
      lent.set(asset, await bytes.borrow(asset.assetId, asset.sha256));
    } catch (error) {
      if (error instanceof BytesUnreadable) failed.set(asset, new ClassifierFailed('io', error.message));
      else if (error instanceof SpoolFull) left.push(asset);
      else if (error instanceof OperationalError) late.set(asset, error);
      else throw error;
    }
  };
  const borrowing = await Promise.allSettled(assets.map(borrow));
  const defect = borrowing.find((one) => one.status === 'rejected');
  if (defect !== undefined) {
    await giveBack(lent.values());
    throw defect.reason;
  }
  if (left.length < assets.length) return { lent, failed, left, late };
  const noRoom = new SpoolFull('there is no room for a single asset');
  return { lent, failed, left: [], late: new Map(assets.map((asset) => [asset, noRoom])) };
}

/** What cannot be removed now is in nobody's way: the spool goes with its process. */
async function giveBack(lent: Iterable<BorrowedBytes>): Promise<void> {
  await Promise.allSettled([...lent].map((one) => one.release()));
}
