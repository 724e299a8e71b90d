import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';

import type { ReviewAnswer } from '#contracts/review-answer.js';

import { QueueRow } from './queue-row.js';
import type { useQueue } from './use-queue.js';

const ROW_PX = 58;
const ROWS_BEYOND = 10;

interface ListProps {
  readonly queue: ReturnType<typeof useQueue>;
  readonly active: number;
  /** How often keys have moved it: only they scroll, so that a queue that changes leaves whoever reads it where they are. */
  readonly moves: number;
  readonly activate: (id: string) => void;
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly open: (item: ReviewAnswer) => void;
}

/** The rows of the queue: only those in sight are on the page, however many there are. */
export function QueueList({ queue, active, moves, activate, chosen, toggle, open }: ListProps): ReactNode {
  const { items, hasMore, readMore } = queue;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: ROWS_BEYOND,
  });
  const inSight = rows.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= items.length - ROWS_BEYOND) readMore();
  }, [hasMore, last, items.length, readMore]);
  const at = useRef(active);
  useLayoutEffect(() => {
    at.current = active;
  });
  useEffect(() => rows.scrollToIndex(at.current, { align: 'auto' }), [moves, rows]);
  return (
    <div className="queue" role="grid" aria-label="Cases to decide" aria-rowcount={hasMore ? -1 : items.length + 1}>
      <div className="queue-head" role="row" aria-rowindex={1}>
        {['Choose', 'Picture', 'Why', 'From', 'How close', 'Open since', 'Time left', 'Whose'].map((name, index) => (
          <span key={name} role="columnheader" className={index < 2 ? 'unseen-cell' : ''}>
            <span>{name}</span>
          </span>
        ))}
      </div>
      <div className="queue-scroll" ref={scroller} role="rowgroup" tabIndex={-1}>
        <div role="presentation" className="queue-rows" style={{ height: rows.getTotalSize() }}>
          {inSight.map(({ index, start, key }) => {
            const item = items[index];
            return item === undefined ? null : (
              <QueueRow
                key={key}
                item={item}
                index={index}
                topPx={start}
                isActive={index === active}
                isChosen={chosen.has(item.id)}
                activate={activate}
                toggle={toggle}
                open={open}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
