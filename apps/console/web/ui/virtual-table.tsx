import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { Fragment, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';

import { gapsOf } from './gaps.js';
import type { MoreItems } from './paged-list.js';
import './virtual-table.css';

/** As high as most rows are; what is in sight is measured. */
const ROW_PX = 37;
/** Rows above and below what is in sight: the next button is always there, and a page is asked for before its rows are. */
const ROWS_BEYOND = 12;
/** Columns without a width of their own are at least this wide: a narrow window scrolls to the side. */
const LEAST_REM = 9;

/** One column of a table. */
export interface Column {
  /** Empty for the column with what may be done. */
  readonly name: string;
  /** Its width; left out, it shares what the others leave. */
  readonly rem?: number;
}

interface VirtualTableProps<Item> {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** Those that have been read. */
  readonly items: readonly Item[];
  readonly more: MoreItems;
  readonly keyOf: (item: Item) => string | number;
  /** The cells of a row: `<td>`s, as many as there are columns. */
  readonly cells: (item: Item) => ReactNode;
}

/**
 * A table of any length, of which only the rows in sight are on the page; the page scrolls. The next rows are read as one
 * comes near the end. Rows are numbered for screen readers, and the one with the focus stays.
 */
export function VirtualTable<Item>({ label, columns, items, more, keyOf, cells }: VirtualTableProps<Item>): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const [held, setHeld] = useState<number | undefined>(undefined);
  const abovePx = useHeightAbove(body);
  const rows = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count: items.length,
    getScrollElement: () => scrollerOf(body.current),
    estimateSize: () => ROW_PX,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan: ROWS_BEYOND,
    scrollMargin: abovePx,
    rangeExtractor: (range) => withHeld(range, held),
  });
  const { has, read } = more;
  const last = rows.range?.endIndex ?? 0;
  useEffect(() => {
    if (has && last >= items.length - ROWS_BEYOND) read();
  }, [has, last, items.length, read]);
  const inSight = rows.getVirtualItems();
  const gaps = gapsOf(inSight, abovePx, abovePx + rows.getTotalSize());
  const leastRem = columns.reduce((sum, { rem = LEAST_REM }) => sum + rem, 0);
  return (
    <div className="table panel virtual">
      <table aria-label={label} aria-rowcount={has ? -1 : items.length + 1} style={{ minWidth: `${leastRem}rem` }}>
        <Head columns={columns} />
        <tbody ref={body}>
          {inSight.map(({ key, index }, place) => {
            const item = items[index];
            return (
              <Fragment key={key}>
                <Gap px={gaps[place] ?? 0} columns={columns.length} />
                <tr
                  ref={rows.measureElement}
                  data-index={index}
                  aria-rowindex={index + 2}
                  onFocus={() => setHeld(index)}
                  onBlur={() => setHeld(undefined)}
                >
                  {item === undefined ? null : cells(item)}
                </tr>
              </Fragment>
            );
          })}
          <Gap px={gaps.at(-1) ?? 0} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

const Head = ({ columns }: { readonly columns: readonly Column[] }): ReactNode => (
  <thead>
    <tr aria-rowindex={1}>
      {columns.map(({ name, rem }) => (
        <th key={name} scope="col" style={rem === undefined ? {} : { width: `${rem}rem` }}>
          {name === '' ? <span className="unseen">More</span> : name}
        </th>
      ))}
    </tr>
  </thead>
);

/** Holds the place of rows that are out of sight. */
const Gap = ({ px, columns }: { readonly px: number; readonly columns: number }): ReactNode =>
  px <= 0 ? null : (
    <tr aria-hidden="true" className="gap">
      <td colSpan={columns} style={{ height: px }} />
    </tr>
  );

const scrollerOf = (element: HTMLElement | null): HTMLElement | null => element?.closest<HTMLElement>('.page') ?? null;

/** How far below the beginning of the page the rows begin, in pixels: what stands above may fold, and then the body is less high. */
function useHeightAbove(rows: RefObject<HTMLElement | null>): number {
  const [px, setPx] = useState(0);
  useEffect(() => {
    const [first, scroller] = [rows.current, scrollerOf(rows.current)];
    const body = first?.closest('.page-body') ?? null;
    if (first === null || scroller === null || body === null) return undefined;
    const watching = new ResizeObserver(() => {
      const apart = first.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      setPx(Math.round(apart + scroller.scrollTop));
    });
    watching.observe(body);
    return () => watching.disconnect();
  }, [rows]);
  return px;
}

/** What the focus is in stays on the page, wherever that has been scrolled. */
function withHeld(range: Range, held: number | undefined): number[] {
  const indexes = defaultRangeExtractor(range);
  if (held === undefined || held >= range.count || indexes.includes(held)) return indexes;
  return [...indexes, held].sort((one, other) => one - other);
}
