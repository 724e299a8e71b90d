import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { ClientName, ClientNames } from '#contracts/client-answer.js';
import type { ReplayAnswer, ReplayDetailAnswer, ReplayList } from '#contracts/replay-answer.js';

import { KEYS } from './query-keys.js';
import { queryOf, request } from './request.js';

/** A replay that runs is looked at this often. */
const LOOK_MS = 700;

/** What is replayed: a draft that somebody writes, or a version. */
export type Tried = { readonly draftId: string } | { readonly version: number };

/** Over which assets. */
export interface ReplayWindow {
  /** RFC 3339; undefined: now. */
  readonly receivedBefore?: string | undefined;
  readonly receivedFrom?: string | undefined;
  /** A client's name; undefined: all of them. */
  readonly client?: string | undefined;
}

export const isRunning = ({ state }: Pick<ReplayAnswer, 'state'>): boolean =>
  state === 'waiting' || state === 'running';

const pathOf = (tried: Tried): string =>
  'draftId' in tried ? `/policy-drafts/${tried.draftId}/replays` : `/policies/${tried.version}/replays`;

/** The replays of a draft or a version, the newest first. */
export const useReplays = (tried: Tried): UseQueryResult<ReplayList> =>
  useQuery({
    queryKey: KEYS.replaysOf(pathOf(tried)),
    queryFn: ({ signal }) => request<ReplayList>('GET', pathOf(tried), undefined, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) === true ? LOOK_MS : false),
  });

/** One, with the cases of its assets; looked at again and again until it has ended. */
export const useReplay = (id: string): UseQueryResult<ReplayDetailAnswer> =>
  useQuery({
    queryKey: KEYS.replay(id),
    queryFn: ({ signal }) => request<ReplayDetailAnswer>('GET', `/replays/${id}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data === undefined || isRunning(state.data) ? LOOK_MS : false),
  });

export const askReplay = (tried: Tried, window: ReplayWindow): Promise<ReplayAnswer> =>
  request('POST', pathOf(tried), window);

export const cancelReplay = (id: string): Promise<ReplayAnswer> => request('POST', `/replays/${id}/cancel`);

/** More would not be chosen from. */
const NAME_PAGES_MAX = 5;

/** The clients with their names, in order of these, for whoever may see them. */
export const useClients = (isWanted: boolean): UseQueryResult<readonly ClientName[]> =>
  useClientList(isWanted, asTheyAre);

/** Their names alone. */
export const useClientNames = (isWanted: boolean): UseQueryResult<readonly string[]> =>
  useClientList(isWanted, namesOf);

const asTheyAre = (clients: readonly ClientName[]): readonly ClientName[] => clients;
const namesOf = (clients: readonly ClientName[]): readonly string[] => clients.map(({ name }) => name);

const useClientList = <T>(isWanted: boolean, select: (clients: readonly ClientName[]) => T): UseQueryResult<T> =>
  useQuery({
    queryKey: KEYS.clientNames,
    queryFn: async ({ signal }) => {
      const clients: ClientName[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < NAME_PAGES_MAX; page += 1) {
        const path = `/client-names${queryOf({ cursor })}`;
        const { items, next } = await request<ClientNames>('GET', path, undefined, signal);
        clients.push(...items);
        if (next === null) break;
        cursor = next;
      }
      return clients;
    },
    select,
    enabled: isWanted,
    staleTime: 60_000,
  });
