import type { ErasureItem, ErasureOutcome } from '#contracts/erasure-answer.js';

const WORDS: Readonly<Record<ErasureOutcome, string>> = {
  erased: 'erased',
  already_erased: 'was erased before',
  unknown: 'is unknown',
};

/** What became of assets, for people. */
export const describeErased = (items: readonly ErasureItem[]): string =>
  items.map(({ assetId, outcome }) => `${assetId} ${WORDS[outcome]}\n`).join('');
