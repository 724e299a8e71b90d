import type { ReactNode } from 'react';

import type { LabelWeighed, TierScores } from '#contracts/review-answer.js';
import type { Thresholds } from '#moderation/policy.js';
import type { Band, Tier } from '#moderation/words.js';

import { FINDINGS, LABEL_NAMES } from '../words/words.js';

const TIER_NAMES: Readonly<Record<Tier, string>> = { fast: 'Fast', heavy: 'Heavy' };
const BAND_NAMES: Readonly<Record<Band, string>> = { clear: 'clear', uncertain: 'uncertain', violating: 'violating' };
const WIDTH = 200;
const HEIGHT = 12;

/** What each tier scored, drawn against the thresholds that applied: how far from clear, how far from blocked. */
export function ScoreChart({ scores }: { readonly scores: readonly TierScores[] }): ReactNode {
  const newest = (['fast', 'heavy'] as const).flatMap((tier) => scores.findLast((one) => one.tier === tier) ?? []);
  if (newest.length === 0) return <p className="soft">No model has scored it.</p>;
  return (
    <div className="scores">
      {FINDINGS.map((label) => (
        <section key={label} className="score-label">
          <h3>{LABEL_NAMES[label]}</h3>
          {newest.map(({ tier, labels }) => {
            const weighed = labels.find((one) => one.label === label);
            return weighed === undefined ? null : <Lane key={tier} tier={tier} weighed={weighed} />;
          })}
        </section>
      ))}
      <ul className="score-models soft small">
        {newest.map(({ tier, modelId, policyVersion }) => (
          <li key={tier}>
            {TIER_NAMES[tier]}: <span className="mono">{modelId}</span>, policy {policyVersion}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Lane({ tier, weighed }: { readonly tier: Tier; readonly weighed: LabelWeighed }): ReactNode {
  const { score, thresholds } = weighed;
  const band = thresholds === null ? undefined : bandOf(score, thresholds);
  return (
    <div className="lane">
      <span className="soft small">{TIER_NAMES[tier]}</span>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="lane-clear" width={WIDTH} height={HEIGHT} />
        {thresholds === null ? null : <Zones thresholds={thresholds} />}
        <rect className="lane-score" y={HEIGHT / 2 - 1.5} width={Math.max(1, score * WIDTH)} height={3} />
        <rect className="lane-mark" x={Math.min(WIDTH - 3, score * WIDTH - 1.5)} width={3} height={HEIGHT} />
      </svg>
      <span className="lane-number">{score.toFixed(3)}</span>
      <span className={`small band ${band ?? ''}`}>{band === undefined ? '' : BAND_NAMES[band]}</span>
      {thresholds === null ? null : (
        <span className="unseen">
          clear below {thresholds.clearBelow}, violating from {thresholds.blockFrom}
        </span>
      )}
    </div>
  );
}

const Zones = ({ thresholds: { clearBelow, blockFrom } }: { readonly thresholds: Thresholds }): ReactNode => (
  <>
    <rect className="lane-uncertain" x={clearBelow * WIDTH} width={(blockFrom - clearBelow) * WIDTH} height={HEIGHT} />
    <rect className="lane-violating" x={blockFrom * WIDTH} width={(1 - blockFrom) * WIDTH} height={HEIGHT} />
  </>
);

/** Where a score lies, as the core has it. */
function bandOf(score: number, { clearBelow, blockFrom }: Thresholds): Band {
  if (score < clearBelow) return 'clear';
  return score < blockFrom ? 'uncertain' : 'violating';
}
