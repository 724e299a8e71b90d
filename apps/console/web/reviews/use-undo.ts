import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { navigate } from 'wouter/use-browser-location';

import { messageOf } from '../api/api-error.js';
import { KEYS } from '../api/query-keys.js';
import { undoDecision } from '../api/reviews.js';
import { tell } from '../toasts/toasts.js';

/** Takes a human decision back, tells so, and leads to the case, which is one's own again. */
export function useUndo(): (decisionId: string) => Promise<void> {
  const client = useQueryClient();
  return (decisionId) => undoAndTell(client, decisionId);
}

/** The same for a message, which outlives the page that gave it. */
export async function undoAndTell(client: QueryClient, decisionId: string): Promise<void> {
  try {
    const { reviewId } = await undoDecision(decisionId);
    await client.invalidateQueries({ queryKey: KEYS.review(reviewId) });
    navigate(`/reviews/${reviewId}`);
    tell('Taken back. The case is open again, and yours.', { tone: 'good' });
  } catch (error) {
    tell(`Not taken back: ${messageOf(error)}`, { tone: 'bad' });
  }
  for (const queryKey of [KEYS.queues, KEYS.decisions]) void client.invalidateQueries({ queryKey });
}
