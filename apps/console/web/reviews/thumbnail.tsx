import type { ReactNode } from 'react';

import type { Finding } from '#moderation/label.js';

import { renditionOf } from '../api/reviews.js';
import { usePersonal } from '../personal/personal.js';
import { Icon } from '../ui/icon.js';
import { RENDITION_PX } from './rendition-size.js';
import { useTries } from './use-tries.js';
import { veilOf } from './veil.js';

/** A small picture, always veiled: whoever wants to see it opens the item. */
export function Thumbnail({
  assetId,
  labels,
  size = 44,
}: {
  readonly assetId: string;
  readonly labels: readonly Finding[];
  readonly size?: number;
}): ReactNode {
  const personal = usePersonal();
  const { isFailed, tries, fail } = useTries();
  if (isFailed) {
    return (
      <span className="thumbnail" style={{ width: size, height: size }}>
        <Icon name="hidden" />
      </span>
    );
  }
  return (
    <span className="thumbnail" style={{ width: size, height: size }}>
      <img
        key={tries}
        src={renditionOf(assetId, RENDITION_PX.thumbnail)}
        alt=""
        width={size}
        height={size}
        loading="lazy"
        decoding="async"
        style={{ filter: veilOf(personal, labels, size / 400) }}
        onError={fail}
      />
    </span>
  );
}
