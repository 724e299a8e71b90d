import {
  keepPreviousData,
  useInfiniteQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

import type { QueueCounts, ReviewAnswer, ReviewPage } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readQueue, readReview, renditionOf, type QueueFilter } from '../api/reviews.js';
import { filterOf } from './queue-filter.js';
import { RENDITION_PX } from './rendition-size.js';

interface Queue {
  readonly items: readonly ReviewAnswer[];
  readonly counts: QueueCounts | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isOld: boolean;
  readonly hasMore: boolean;
  /** There is more, and the last try to read it has not failed. */
  readonly canReadMore: boolean;
  readonly readMore: () => void;
  readonly retry: () => void;
}

const NO_ITEMS: readonly ReviewAnswer[] = [];
/** Where nothing comes live. */
const ASK_AGAIN_MS = 60_000;

/** The queue within the filter of the address. */
export function useQueueFilter(): QueueFilter {
  const [params] = useSearchParams();
  return useMemo(() => filterOf(params), [params]);
}

/** The part of the queue that has been read, in its order. */
export function useQueue(filter: QueueFilter): Queue {
  const list = useInfiniteQuery({
    queryKey: KEYS.queue(filter),
    queryFn: ({ pageParam, signal }) => readQueue(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: ReviewPage) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ASK_AGAIN_MS,
  });
  const { data, error, isPending, isPlaceholderData, hasNextPage, isFetchNextPageError } = list;
  const { isFetchingNextPage, fetchNextPage, refetch } = list;
  const items = useMemo(() => (data === undefined ? NO_ITEMS : unique(data.pages)), [data]);
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const retry = useCallback(() => void refetch(), [refetch]);
  return {
    items,
    counts: data?.pages[0]?.counts,
    error,
    isPending,
    isOld: isPlaceholderData,
    hasMore: hasNextPage,
    canReadMore: hasNextPage && !isFetchNextPageError,
    readMore,
    retry,
  };
}

/** Forgets a case that is settled, so that the next one comes without asking. */
export function dropFromQueues(client: QueryClient, ids: readonly string[]): void {
  client.setQueriesData<InfiniteData<ReviewPage>>({ queryKey: KEYS.queues }, (old) =>
    old === undefined
      ? old
      : {
          ...old,
          pages: old.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => !ids.includes(id)) })),
        },
  );
}

/** Reads a case before somebody goes there: the answer and its picture are there at once. */
export function usePrefetch(): (item: Pick<ReviewAnswer, 'id' | 'assetId'>) => void {
  const client = useQueryClient();
  return useCallback(
    ({ id, assetId }) => {
      client
        .query({ queryKey: KEYS.review(id), queryFn: ({ signal }) => readReview(id, signal) })
        // whoever goes there sees what is wrong
        .catch(() => undefined);
      const picture = new Image();
      picture.src = renditionOf(assetId, RENDITION_PX.item);
    },
    [client],
  );
}

/** Between two pages that were read one after the other, a case may have moved. */
function unique(pages: readonly ReviewPage[]): readonly ReviewAnswer[] {
  const items = new Map(pages.flatMap((page) => page.items.map((item) => [item.id, item])));
  return [...items.values()];
}
