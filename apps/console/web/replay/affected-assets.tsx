import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { ReplayDetailAnswer } from '#contracts/replay-answer.js';
import type { AffectedAsset } from '#moderation/replay/replay-result.js';

import { scoreText } from '../policies/place-words.js';
import { Thumbnail } from '../reviews/thumbnail.js';
import { LABEL_NAMES } from '../words/words.js';
import { AssetDialog } from './asset-dialog.js';
import { countText } from './numbers.js';
import { VERDICT_WORDS } from './replay-result-tables.js';
import { labelOf } from './tell-result.js';

const PICTURE_PX = 96;

interface AffectedProps {
  readonly affected: readonly AffectedAsset[];
  readonly cases: ReplayDetailAnswer['cases'];
  readonly changed: number;
}

/** The images that change most, veiled as in the queue. */
export function AffectedAssets({ affected, cases, changed }: AffectedProps): ReactNode {
  const [open, setOpen] = useState<AffectedAsset | undefined>(undefined);
  const caseOf = new Map(cases.map(({ assetId, reviewId }) => [assetId, reviewId]));
  if (affected.length === 0) return null;
  return (
    <section aria-labelledby="affected">
      <div className="part-head">
        <h2 id="affected">Most affected</h2>
        <span className="soft small">
          {affected.length} of {countText(Math.max(changed, affected.length))}
        </span>
      </div>
      <ul className="affected">
        {affected.map((asset) => {
          const reviewId = caseOf.get(asset.assetId);
          return (
            <li key={asset.assetId}>
              {reviewId === undefined ? (
                <button type="button" className="affected-card panel" onClick={() => setOpen(asset)}>
                  <Card asset={asset} />
                </button>
              ) : (
                <Link href={`/reviews/${reviewId}`} className="affected-card panel">
                  <Card asset={asset} />
                  <span className="soft small">Open its case</span>
                </Link>
              )}
            </li>
          );
        })}
      </ul>
      {open === undefined ? null : <AssetDialog asset={open} close={() => setOpen(undefined)} />}
    </section>
  );
}

function Card({ asset }: { readonly asset: AffectedAsset }): ReactNode {
  const label = labelOf(asset);
  return (
    <>
      <Thumbnail assetId={asset.assetId} labels={label === null ? [] : [label]} size={PICTURE_PX} />
      <span className="affected-words">
        <strong>
          {VERDICT_WORDS[asset.from.verdict]} → {VERDICT_WORDS[asset.to.verdict]}
        </strong>
        <span className="small">
          {label === null ? 'No label' : LABEL_NAMES[label]}
          {asset.score === null ? '' : ` ${scoreText(Math.round(asset.score * 1_000) / 1_000)}`}
        </span>
        <span className="soft small">{asset.tier === 'heavy' ? 'final' : 'at upload'}</span>
        {asset.humanDecided ? <span className="badge">a person decided</span> : null}
      </span>
    </>
  );
}
