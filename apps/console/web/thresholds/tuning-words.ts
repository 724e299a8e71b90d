import type { Finding } from '#moderation/label.js';
import type { StandingName } from '#moderation/statistics/label-sample.js';
import type { Band, Tier } from '#moderation/words.js';

import { LABEL_NAMES, TIER_NAMES } from '../words/words.js';

/** What stands of an asset in the end. */
export const STANDING_NAMES: Readonly<Record<StandingName, string>> = {
  allow: 'Allowed',
  review: 'With a human',
  block: 'Blocked',
  pending: 'No final yet',
};

/** What a band is called where thresholds are set. */
export const BAND_NAMES: Readonly<Record<Band, string>> = {
  clear: 'Allow',
  uncertain: 'Uncertain',
  violating: 'Block',
};

export const pairName = (label: Finding, tier: Tier): string =>
  `${LABEL_NAMES[label]}, ${TIER_NAMES[tier].toLowerCase()}`;
