import type { AssetList, DefaultReason, ProvisionalSource, SeenBy } from '#contracts/asset-list.js';
import type { ProvisionalVerdict } from '#moderation/words.js';

import { SOURCE_NAMES, VERDICT_DONE } from '../words/words.js';

/** What the lists are called. */
export const LIST_NAMES: Readonly<Record<AssetList, string>> = {
  received: 'Received',
  provisional: 'Decided at once',
  final: 'Labelled',
  reconciled: 'Reconciled',
  opened: 'Cases opened',
  decided: 'Cases decided',
  waiting: 'Awaiting their final',
  review: 'Needing review',
  dead_letter: 'Dead letters',
};

/** What the time of a row is, by its list. */
export const TIME_NAMES: Readonly<Record<AssetList, string>> = {
  received: 'Received',
  provisional: 'Decided',
  final: 'Labelled',
  reconciled: 'Reconciled',
  opened: 'Opened',
  decided: 'Decided',
  waiting: 'Waits since',
  review: 'Waits since',
  dead_letter: 'Gave up',
};

/** Of these a list tells what is so now, whatever the window. */
export const LISTS_OF_NOW: readonly AssetList[] = ['waiting', 'review', 'dead_letter'];

export const PROVISIONAL_NAMES: Readonly<Record<ProvisionalVerdict, string>> = {
  allow: VERDICT_DONE.allow,
  block: VERDICT_DONE.block,
};

export const PROVISIONAL_SOURCE_NAMES: Readonly<Record<ProvisionalSource, string>> = {
  fast: SOURCE_NAMES.fast,
  hash: SOURCE_NAMES.hash,
  default: SOURCE_NAMES.default,
};

/** Whether a first decision may come from it. */
export const isProvisionalSource = (source: string): source is ProvisionalSource =>
  Object.hasOwn(PROVISIONAL_SOURCE_NAMES, source);

/** Why the policy's default decided. */
export const DEFAULT_REASON_NAMES: Readonly<Record<DefaultReason, string>> = {
  shed: 'Shed: no time to look',
  fast_tier_failed: 'The fast tier failed',
  fast_tier_not_ready: 'The fast tier was not ready',
};

/** Which tiers found the label. */
export const SEEN_BY_NAMES: Readonly<Record<SeenBy, string>> = {
  compared: 'Scored by both',
  both: 'Found by both',
  fast: 'Found by the fast only',
  heavy: 'Found by the heavy only',
};
