import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { navigate } from 'wouter/use-browser-location';

import { mayHelpLater, messageOf } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { undoBulk, undoDecision } from '../api/reviews.js';
import { tell } from '../toasts/toasts.js';

/** Takes a human decision back, tells so, and leads to the case, which is one's own again. */
export function useUndo(): (decisionId: string) => Promise<boolean> {
  const client = useQueryClient();
  return (decisionId) => undoAndTell(client, decisionId);
}

/** The same for a message, which outlives the page that gave it. */
export async function undoAndTell(client: QueryClient, decisionId: string): Promise<boolean> {
  let isSettled = true;
  try {
    const { reviewId, claimedBy } = await undoDecision(decisionId);
    await client.invalidateQueries({ queryKey: KEYS.review(reviewId) });
    // within the part of the queue that one works on
    const { pathname, search } = window.location;
    navigate(`/reviews/${reviewId}${pathname.startsWith('/reviews') ? search : ''}`);
    tell(`Taken back. The case is open again${claimedBy === null ? '' : ', and yours'}.`, { tone: 'good' });
  } catch (error) {
    isSettled = !mayHelpLater(error);
    tell(`Not taken back: ${messageOf(error)}`, { tone: 'bad' });
  }
  for (const queryKey of [KEYS.queues, KEYS.decisions]) void client.invalidateQueries({ queryKey });
  return isSettled;
}

/** Takes back what still stands of a decision about many cases, and tells so. */
export function useUndoBulk(): (bulkId: string) => Promise<boolean> {
  const client = useQueryClient();
  return (bulkId) => undoBulkAndTell(client, bulkId);
}

/** The same for a message, which outlives the page that gave it. */
export async function undoBulkAndTell(client: QueryClient, bulkId: string): Promise<boolean> {
  let isSettled = true;
  try {
    const { undone, kept } = await undoBulk(bulkId);
    tell(`Taken back: ${undone}${kept === 0 ? '' : `; ${kept} stay, for they changed since`}.`);
  } catch (error) {
    isSettled = !mayHelpLater(error);
    tell(`Not taken back: ${messageOf(error)}`, { tone: 'bad' });
  }
  for (const queryKey of [KEYS.queues, KEYS.reviews, KEYS.decisions]) void client.invalidateQueries({ queryKey });
  return isSettled;
}
