import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'wouter';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import { useSession } from '../session/use-session.js';
import { inWords } from '../ui/times.js';
import { Ago } from '../ui/when.js';
import { CLASS_NAMES } from '../words/words.js';
import { ChangeBadge, Labels, Sla, Whose } from './badges.js';
import { addressOf } from './queue-filter.js';
import { Thumbnail } from './thumbnail.js';
import { useQueueFilter } from './use-queue.js';

interface RowProps {
  readonly item: ReviewAnswer;
  readonly index: number;
  readonly topPx: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly activate: (id: string) => void;
  readonly toggle: (id: string) => void;
  readonly open: (item: ReviewAnswer) => void;
}

/** One case of the queue. */
export function QueueRow(props: RowProps): ReactNode {
  const { item, index, topPx, isActive, isChosen, activate, toggle, open } = props;
  const row = useFocusWhenActive(isActive);
  return (
    <div
      ref={row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      aria-current={isActive ? 'true' : undefined}
      tabIndex={isActive ? 0 : -1}
      className="queue-row"
      style={{ transform: `translateY(${topPx}px)` }}
      onFocus={() => activate(item.id)}
      onClick={() => open(item)}
    >
      <span role="gridcell">
        <label className="choose" onClick={(event) => event.stopPropagation()}>
          <input
            type="checkbox"
            aria-label="Choose this case"
            checked={isChosen}
            tabIndex={-1}
            onChange={() => toggle(item.id)}
          />
        </label>
      </span>
      <span role="gridcell">
        <Thumbnail assetId={item.assetId} labels={item.labels} />
      </span>
      <Cells item={item} />
    </div>
  );
}

function Cells({ item }: { readonly item: ReviewAnswer }): ReactNode {
  const filter = useQueueFilter();
  const { name } = useSession();
  return (
    <>
      <span role="gridcell" className="cell-two">
        <span>
          <ChangeBadge change={item.change} />
          {item.change === 'late_block' && item.served ? <strong className="served">still served</strong> : null}
        </span>
        <Link
          href={addressOf(`/reviews/${item.id}`, filter)}
          className="cell-link"
          tabIndex={-1}
          onClick={(event) => event.stopPropagation()}
        >
          <Labels labels={item.labels} />
        </Link>
      </span>
      <span role="gridcell" className="cell-two">
        <span className="cut foreign" title={item.clientName}>
          {item.clientName}
        </span>
        <span className="soft small">{CLASS_NAMES[item.class]}</span>
      </span>
      <span role="gridcell" className="cell-two">
        <span>{item.margin.toFixed(2)}</span>
        <span className="soft small">{item.exposureMs === null ? '' : `shown ${inWords(item.exposureMs)}`}</span>
      </span>
      <span role="gridcell">
        <Ago at={item.openedAt} />
      </span>
      <span role="gridcell">
        <Sla sla={item.sla} />
      </span>
      <span role="gridcell" className="small">
        <Whose item={item} me={name} />
      </span>
    </>
  );
}

/** Keys that move the row move the focus with it, unless something else on the page has it. */
function useFocusWhenActive(isActive: boolean): React.RefObject<HTMLDivElement | null> {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const focused = document.activeElement;
    const isFree = focused === null || focused === document.body || focused.matches('.queue-row, #page');
    if (isActive && isFree) row.current?.focus({ preventScroll: true });
  }, [isActive]);
  return row;
}
