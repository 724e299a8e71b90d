import { useState, type KeyboardEvent, type ReactNode } from 'react';

import type { ReviewDetailAnswer } from '#contracts/review-answer.js';

import { placeAfter } from '../ui/roving.js';
import { LookalikeList, UploaderList } from './neighbour-lists.js';
import { ScoreChart } from './score-chart.js';
import { Timeline } from './timeline.js';

type Tab = 'scores' | 'history' | 'alike' | 'uploader';

/** What is known of the case, one thing at a time. */
export function CaseSide({ detail }: { readonly detail: ReviewDetailAnswer }): ReactNode {
  const [tab, setTab] = useState<Tab>('scores');
  const tabs: readonly (readonly [id: Tab, name: string, count?: number])[] = [
    ['scores', 'Scores'],
    ['history', 'History', detail.decisions.length],
    ['alike', 'Alike', detail.lookalikes.items.length],
    ['uploader', 'Uploader', detail.uploader.items.length],
  ];
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const place = placeAfter(
      event.key,
      tabs.findIndex(([id]) => id === tab),
      tabs.length,
    );
    const next = place === undefined || event.ctrlKey || event.altKey || event.metaKey ? undefined : tabs[place];
    if (place === undefined || next === undefined) return;
    event.preventDefault();
    setTab(next[0]);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[place]?.focus();
  };
  return (
    <div className="side">
      <div className="tabs" role="tablist" aria-label="What is known" onKeyDown={press}>
        {tabs.map(([id, name, count]) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={tab === id}
            aria-controls="side-panel"
            className="tab"
            tabIndex={tab === id ? 0 : -1}
            onClick={() => setTab(id)}
          >
            {name} {count === undefined ? null : <span className="tab-count">{count}</span>}
          </button>
        ))}
      </div>
      <div id="side-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="side-panel" tabIndex={0}>
        {tab === 'scores' ? <ScoreChart scores={detail.scores} /> : null}
        {tab === 'history' ? <Timeline detail={detail} /> : null}
        {tab === 'alike' ? <LookalikeList lookalikes={detail.lookalikes} /> : null}
        {tab === 'uploader' ? <UploaderList detail={detail} /> : null}
      </div>
    </div>
  );
}
