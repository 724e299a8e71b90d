import { useState, type ReactNode } from 'react';

import type { AffectedAsset, ReplayOutcome } from '#moderation/replay/replay-result.js';

import { renditionOf } from '../api/reviews.js';
import { usePersonal } from '../personal/personal.js';
import { scoreText } from '../policies/place-words.js';
import { RENDITION_PX } from '../reviews/rendition-size.js';
import { useTries } from '../reviews/use-tries.js';
import { veilOf } from '../reviews/veil.js';
import { Empty } from '../ui/empty.js';
import { Modal } from '../ui/modal.js';
import { LABEL_NAMES } from '../words/words.js';
import { VERDICT_WORDS } from './replay-result-tables.js';
import { labelOf } from './tell-result.js';

interface AssetDialogProps {
  readonly asset: AffectedAsset;
  readonly close: () => void;
}

/** An image that has no case of its own: veiled until somebody wants to see it, with what would become of it. */
export function AssetDialog({ asset, close }: AssetDialogProps): ReactNode {
  const personal = usePersonal();
  const [isShown, setIsShown] = useState(false);
  const { isFailed, tries, fail } = useTries();
  const label = labelOf(asset);
  return (
    <Modal title="An affected image" close={close} wide>
      <p>
        <button type="button" className="button" aria-pressed={isShown} onClick={() => setIsShown(!isShown)}>
          {isShown ? 'Blur' : 'Show'}
        </button>
      </p>
      {isFailed ? (
        <Empty icon="hidden" title="The picture cannot be shown">
          It may have been erased.
        </Empty>
      ) : (
        <div className="affected-picture">
          <img
            key={tries}
            src={renditionOf(asset.assetId, RENDITION_PX.item)}
            alt={isShown ? 'The affected image' : 'The affected image, veiled'}
            style={{ filter: isShown ? 'none' : veilOf(personal, label === null ? [] : [label]) }}
            onError={fail}
          />
        </div>
      )}
      <dl className="pairs">
        <dt>Now</dt>
        <dd>{outcomeText(asset.from)}</dd>
        <dt>Then</dt>
        <dd>{outcomeText(asset.to)}</dd>
        <dt>Score</dt>
        <dd>{asset.score === null ? 'none' : scoreText(Math.round(asset.score * 10_000) / 10_000)}</dd>
        <dt>Asset</dt>
        <dd className="mono">{asset.assetId}</dd>
      </dl>
    </Modal>
  );
}

function outcomeText({ verdict, band, label }: ReplayOutcome): string {
  if (band === null) return `${VERDICT_WORDS[verdict]}: there were no scores`;
  return `${VERDICT_WORDS[verdict]}: ${label === null ? 'clear' : `${LABEL_NAMES[label].toLowerCase()}, ${band}`}`;
}
