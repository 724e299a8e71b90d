import type { ReactNode } from 'react';

import type { AffectedAsset } from '#moderation/replay/replay-result.js';

import { Thumbnail } from '../reviews/thumbnail.js';
import { labelOf } from './tell-result.js';

const SHOWN = 10;

/** The first of the images that change most, veiled: whoever wants to look opens the replay. */
export const AffectedStrip = ({ affected }: { readonly affected: readonly AffectedAsset[] }): ReactNode =>
  affected.length === 0 ? null : (
    <div className="strip">
      {affected.slice(0, SHOWN).map((asset) => {
        const label = labelOf(asset);
        return <Thumbnail key={asset.assetId} assetId={asset.assetId} labels={label === null ? [] : [label]} />;
      })}
    </div>
  );
