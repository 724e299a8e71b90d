import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

import type { AssetCount, AssetListPage, ListedAsset } from '#contracts/asset-list-answer.js';

import { readAssets, type AssetFilter } from '../api/assets.js';
import { KEYS } from '../api/query-keys.js';
import { filterOf } from './asset-filter.js';

interface Assets {
  readonly items: readonly ListedAsset[];
  readonly count: AssetCount | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isReading: boolean;
  readonly hasMore: boolean;
  /** What lies behind is read as one comes near: the last page had something, and reading it did not fail. */
  readonly readsOn: boolean;
  readonly readMore: () => void;
  readonly retry: () => void;
}

/** The list within the filter of the address. */
export function useAssetFilter(): AssetFilter {
  const [params] = useSearchParams();
  return useMemo(() => filterOf(params), [params]);
}

/** The part of a list that has been read. A page may hold little where few assets are within the filter. */
export function useAssets(filter: AssetFilter): Assets {
  const list = useInfiniteQuery({
    queryKey: KEYS.assets(filter),
    queryFn: ({ pageParam, signal }) => readAssets(filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: AssetListPage) => page.next ?? undefined,
  });
  const { data, error, isPending, hasNextPage, isFetching, fetchNextPage, refetch } = list;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const readMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const retry = useCallback(() => void refetch(), [refetch]);
  return {
    items,
    count: data?.pages[0]?.count ?? undefined,
    error,
    isPending,
    isReading: isFetching,
    hasMore: hasNextPage,
    readsOn: hasNextPage && error === null && data?.pages.at(-1)?.items.length !== 0,
    readMore,
    retry,
  };
}
