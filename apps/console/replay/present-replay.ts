import type { ReplayAnswer } from '#contracts/replay-answer.js';
import type { StoredReplay } from '#persistence/replay-store.js';

export const presentReplay = (replay: StoredReplay): ReplayAnswer => ({
  id: replay.id,
  version: replay.version,
  against: replay.against,
  draftId: replay.draft?.id ?? null,
  document: replay.draft?.document ?? null,
  receivedFrom: replay.receivedFrom.toISOString(),
  receivedBefore: replay.receivedBefore.toISOString(),
  clientId: replay.clientId,
  state: replay.state,
  tries: replay.tries,
  askedBy: replay.askedBy,
  askedAt: replay.askedAt.toISOString(),
  endedAt: replay.endedAt?.toISOString() ?? null,
  handled: replay.handled,
  progress: replay.progress,
  result: replay.result,
  fault: replay.fault,
});
