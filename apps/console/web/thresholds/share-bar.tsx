import type { ReactNode } from 'react';

import type { BandCounts } from '#moderation/statistics/label-statistics.js';
import { type Band } from '#moderation/words.js';

import { counted, shareText } from './numbers.js';
import { BAND_NAMES } from './tuning-words.js';

const BANDS = ['clear', 'uncertain', 'violating'] as const satisfies readonly Band[];

interface ShareBarProps {
  readonly bands: BandCounts;
  /** By how many assets the outer two may be off. */
  readonly mayBeOff: number;
}

/** How the scored assets part, now. */
export function ShareBar({ bands, mayBeOff }: ShareBarProps): ReactNode {
  const all = bands.clear + bands.uncertain + bands.violating;
  const about = mayBeOff === 0 ? '' : '≈ ';
  return (
    <dl className="tune-shares">
      {BANDS.map((band) => (
        <div key={band} className={`tune-share ${band}`}>
          <dt>{BAND_NAMES[band]}</dt>
          <dd>
            <strong>{all === 0 ? '–' : `${about}${shareText(bands[band] / all)}`}</strong>{' '}
            <span className="soft small">
              {counted(bands[band])} {bands[band] === 1 ? 'asset' : 'assets'}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
