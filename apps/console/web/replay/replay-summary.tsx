import type { ReactNode } from 'react';

import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { ReplayResult } from '#moderation/replay/replay-result.js';

import { When } from '../ui/when.js';
import { TRANSITION_NAMES } from '../words/words.js';
import { countText, moreText, shareText } from './numbers.js';
import { transitionRows } from './tell-result.js';

interface SummaryProps {
  readonly replay: ReplayAnswer;
  readonly result: ReplayResult;
}

/** What a replay tells, in a sentence and a short table. */
export function ReplaySummary({ replay, result }: SummaryProps): ReactNode {
  const { assets, changed, changedHumanDecided, before, after } = result;
  return (
    <div className="replay-summary">
      <p>
        <strong>
          {countText(changed)} of {countText(assets)} images
        </strong>{' '}
        ({shareText(changed, assets)}) would have another verdict
        {changedHumanDecided === 0 ? '' : `; people have decided ${countText(changedHumanDecided)} of them, which stay`}
        .
      </p>
      <p className="soft small">
        Received from <When at={replay.receivedFrom} /> to <When at={replay.receivedBefore} />
        {replay.clientId === null ? ', of all clients' : ', of one client'}, compared with version {replay.against}.
      </p>
      {assets === 0 ? null : (
        <ul className="tiles">
          {transitionRows(before.transitions, after.transitions).map(({ transition, after: count, more }) => (
            <li key={transition}>
              <span className="soft small">{TRANSITION_NAMES[transition]}</span>
              <strong>{countText(count)}</strong>
              <span className={`small ${more === 0 ? 'soft' : 'is-more'}`}>{moreText(more)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
