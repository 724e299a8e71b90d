import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query';
import { useCallback, useMemo, type ReactNode } from 'react';

import { Loading } from './empty.js';
import { More } from './more.js';
import { ProblemNote } from './problem-note.js';

interface ListPage<Item> {
  readonly items: readonly Item[];
  /** What leads to the page after; null on the last one. */
  readonly next: string | null;
}

type ReadPage<Item> = (cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<Item>>;

/** What follows the items that have been read. */
export interface MoreItems {
  readonly has: boolean;
  /** Reads it, unless that is under way or has just failed: then people ask for it themselves. */
  readonly read: () => void;
}

interface PagedProps<Item> {
  readonly queryKey: QueryKey;
  readonly read: ReadPage<Item>;
  /** What is on its way, in a few words. */
  readonly what: string;
  /** Stands there when there is nothing. */
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[], more: MoreItems) => ReactNode;
}

/** The body of a page with a list that is read page by page: as it loads, when that fails, empty, and with what there is. */
export function PagedList<Item>({ queryKey, read, what, empty, children }: PagedProps<Item>): ReactNode {
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const { data, error, isPending, isFetching, isFetchingNextPage, isFetchNextPageError, hasNextPage } = list;
  const { fetchNextPage, refetch } = list;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  return (
    <div className="page-body">
      {error === null || isFetchNextPageError ? null : <ProblemNote error={error} retry={() => void refetch()} />}
      {isPending ? <Loading what={what} /> : null}
      {!isPending && error === null && items.length === 0 ? empty : null}
      {items.length === 0 ? null : children(items, { has: hasNextPage, read: readMore })}
      {isFetchNextPageError ? <ProblemNote error={error} /> : null}
      <More has={hasNextPage} isBusy={isFetchingNextPage} read={() => void fetchNextPage()} />
    </div>
  );
}
