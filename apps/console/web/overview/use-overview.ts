import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { CostAnswer } from '#contracts/cost-answer.js';
import type { OverviewAnswer } from '#contracts/overview-answer.js';
import type { OverviewWindow } from '#moderation/overview/windows.js';

import { followOverview, readCosts, readOverview } from '../api/overview.js';
import { KEYS } from '../api/query-keys.js';

/** While nothing comes by itself. */
const ASK_AGAIN_MS = 10_000;
/** Costs are written by the minute. */
const COSTS_MS = 60_000;

interface Figures {
  readonly data: OverviewAnswer | undefined;
  readonly error: Error | null;
  readonly isLive: boolean;
  readonly retry: () => void;
}

/** Figures of a window: as they come by themselves, or asked for while they do not. */
export function useOverview(window: OverviewWindow): Figures {
  const client = useQueryClient();
  const [live, setLive] = useState<OverviewWindow | undefined>(undefined);
  const isLive = live === window;
  const { data, error, refetch } = useQuery({
    queryKey: KEYS.overview(window),
    queryFn: ({ signal }) => readOverview(window, signal),
    refetchInterval: isLive ? false : ASK_AGAIN_MS,
  });
  useEffect(() => {
    const end = followOverview(window, ({ value, isLive: isOpen }) => {
      setLive(isOpen ? window : undefined);
      if (value !== undefined) client.setQueryData(KEYS.overview(window), value);
    });
    return () => {
      setLive(undefined);
      end();
    };
  }, [client, window]);
  return { data, error, isLive, retry: () => void refetch() };
}

interface Costs {
  readonly data: CostAnswer | undefined;
  readonly error: Error | null;
}

/** What the tiers cost since the window began, for those who may know. */
export function useCosts(since: string, isAllowed: boolean): Costs {
  const { data, error } = useQuery({
    queryKey: KEYS.costs(since),
    queryFn: ({ signal }) => readCosts(since, signal),
    enabled: isAllowed,
    placeholderData: keepPreviousData,
    refetchInterval: COSTS_MS,
  });
  return { data, error };
}
