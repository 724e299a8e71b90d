import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { PolicyDocument } from '#moderation/policy.js';

import { FINDINGS, LABEL_NAMES, TIER_NAMES } from '../words/words.js';
import { addressOf, type Shown } from './address.js';
import type { Move } from './moves.js';
import { scoreText } from './numbers.js';

interface PairListProps {
  readonly shown: Shown;
  readonly document: PolicyDocument;
  readonly moves: readonly Move[];
}

/** All pairs of thresholds, of which one is shown. */
export function PairList({ shown, document, moves }: PairListProps): ReactNode {
  return (
    <nav className="tune-pairs-list panel" aria-label="Labels and tiers">
      {FINDINGS.map((label) => (
        <section key={label}>
          <h2>{LABEL_NAMES[label]}</h2>
          {(['fast', 'heavy'] as const).map((tier) => {
            const { clearBelow, blockFrom } = document.thresholds[label][tier];
            const isMoved = moves.some((move) => move.label === label && move.tier === tier);
            return (
              <Link
                key={tier}
                href={addressOf({ ...shown, label, tier })}
                replace
                className="tune-pair"
                aria-current={shown.label === label && shown.tier === tier ? 'true' : undefined}
              >
                <span>
                  <span className="unseen">{LABEL_NAMES[label]}, </span>
                  {TIER_NAMES[tier]}
                </span>
                <span className="tune-pair-values">
                  {scoreText(clearBelow)} · {scoreText(blockFrom)}
                </span>
                {isMoved ? <span className="badge warn">moved</span> : null}
              </Link>
            );
          })}
        </section>
      ))}
    </nav>
  );
}
