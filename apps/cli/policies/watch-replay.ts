import { setTimeout as rest } from 'node:timers/promises';

import type { ReplayAnswer } from '#contracts/replay-answer.js';

import { progressBar } from '../progress-bar.js';
import type { PolicyClient } from './policy-client.js';

const LOOK_MS = 500;

/** Waits for the end of a replay, with a bar on a terminal. */
export async function watchReplay(
  client: Pick<PolicyClient, 'readReplay'>,
  asked: ReplayAnswer,
): Promise<ReplayAnswer> {
  const bar = progressBar('replayed %');
  try {
    let replay = asked;
    while (replay.state === 'waiting' || replay.state === 'running') {
      bar.show(Math.round(replay.progress * 100), 100);
      await rest(LOOK_MS);
      replay = await client.readReplay(replay.id);
    }
    return replay;
  } finally {
    bar.end();
  }
}
