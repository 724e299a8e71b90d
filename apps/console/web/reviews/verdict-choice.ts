import type { Finding } from '#moderation/label.js';

import type { Verdict } from '../api/reviews.js';
import type { ActionId } from '../keys/actions.js';
import { LABEL_NAMES } from '../words/words.js';

/** What a human says: `allow`, or what the asset violates. */
export type Choice = 'allow' | Finding;

/** In the order of the buttons, each with its key. */
export const CHOICES: readonly { readonly choice: Choice; readonly action: ActionId }[] = [
  { choice: 'allow', action: 'allow' },
  { choice: 'sexual.explicit', action: 'block1' },
  { choice: 'sexual.explicit.drawn', action: 'block2' },
  { choice: 'sexual.suggestive', action: 'block3' },
];

export const verdictOf = (choice: Choice, reason: string): Verdict =>
  choice === 'allow'
    ? { verdict: 'allow', policyLabel: null, reason }
    : { verdict: 'block', policyLabel: choice, reason };

/** What was done, as it is told. */
export const doneText = (choice: Choice): string =>
  choice === 'allow' ? 'Allowed' : `Blocked as ${LABEL_NAMES[choice]}`;
