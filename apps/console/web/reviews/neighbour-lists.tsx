import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { LookalikesAnswer, NeighbourAnswer, ReviewDetailAnswer } from '#contracts/review-answer.js';

import { When } from '../ui/when.js';
import { TRANSITION_NAMES } from '../words/words.js';
import { VerdictBadge } from './badges.js';
import { Thumbnail } from './thumbnail.js';

/** What looks like the asset, the nearest first. */
export function LookalikeList({ lookalikes }: { readonly lookalikes: LookalikesAnswer }): ReactNode {
  const { items, searched } = lookalikes;
  if (searched === 0) return <p className="soft">This picture has too little in it to be compared.</p>;
  if (items.length === 0) return <p className="soft">Nothing looks like it among the newest {searched} assets.</p>;
  return (
    <ul className="neighbours">
      {items.map((item) => (
        <Neighbour key={item.id} item={item}>
          {item.distance === 0 ? 'looks the same' : `${item.distance} of 256 bits differ`}
          {item.sameClient ? '' : ' · another client'}
        </Neighbour>
      ))}
    </ul>
  );
}

/** What the uploader sent besides. */
export function UploaderList({ detail: { uploader, asset } }: { readonly detail: ReviewDetailAnswer }): ReactNode {
  const { items, counts } = uploader;
  if (asset.uploaderId === null) return <p className="soft">The client does not say who uploaded it.</p>;
  return (
    <>
      <p className="small uploader">
        <strong className="foreign">{asset.uploaderId}</strong>
        <span className="soft">
          {' '}
          · {counts.assets} sent, {counts.blocked} blocked, {counts.byHumans} decided by humans
        </span>
      </p>
      {items.length === 0 ? <p className="soft">Nothing else was sent by them.</p> : null}
      <ul className="neighbours">
        {items.map((item) => (
          <Neighbour key={item.id} item={item}>
            {item.transition === null ? 'awaits its final' : TRANSITION_NAMES[item.transition]}
          </Neighbour>
        ))}
      </ul>
    </>
  );
}

interface NeighbourProps {
  readonly item: NeighbourAnswer;
  readonly children: ReactNode;
}

function Neighbour({ item, children }: NeighbourProps): ReactNode {
  return (
    <li className="neighbour">
      <Thumbnail assetId={item.id} labels={item.labels} />
      <div>
        <p>
          <VerdictBadge verdict={item.verdict} />{' '}
          <span className="soft small">
            <When at={item.receivedAt} />
          </span>
        </p>
        <p className="small soft">{children}</p>
      </div>
      {item.reviewId === null ? null : (
        <Link href={`/reviews/${item.reviewId}`} className="button plain little">
          Open
        </Link>
      )}
    </li>
  );
}
