import { Problem } from '#contracts/problems.js';
import type { ReplayStore } from '#persistence/replay-store.js';
import type { ScoreWindow } from '#persistence/score-store.js';

const WINDOW_MS_DEFAULT = 7 * 86_400_000;
const WINDOW_MS_MAX = 366 * 86_400_000;

/** The assets that somebody asks about: those of the last seven days, of all clients, unless told. */
export interface AskedWindow {
  readonly receivedFrom?: Date;
  readonly receivedBefore?: Date;
  /** A client's name. */
  readonly client?: string;
}

/** @throws Problem `invalid-request` for a window that is none or too long, or an unknown client */
export async function scoreWindow(
  { receivedFrom, receivedBefore, client }: AskedWindow,
  clients: Pick<ReplayStore, 'clientId'>,
  nowMs: number,
): Promise<ScoreWindow> {
  const before = receivedBefore ?? new Date(nowMs);
  const from = receivedFrom ?? new Date(before.getTime() - WINDOW_MS_DEFAULT);
  const lengthMs = before.getTime() - from.getTime();
  if (!(lengthMs > 0 && lengthMs <= WINDOW_MS_MAX)) {
    throw new Problem('invalid-request', '`receivedFrom` must come before `receivedBefore`, by at most 366 days.');
  }
  if (client === undefined) return { from, before, clientId: null };
  const clientId = await clients.clientId(client);
  if (clientId !== undefined) return { from, before, clientId };
  throw new Problem('invalid-request', 'There is no such client.', {
    errors: [{ pointer: '/client', detail: 'is no client’s name' }],
  });
}
