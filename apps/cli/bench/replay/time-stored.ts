import { STARTING_POLICY } from '#moderation/policy.js';
import { applyChanges } from '#moderation/policy-diff.js';

import { ConsoleConnection } from '../../console-connection.js';
import { PolicyClient } from '../../policies/policy-client.js';
import { watchReplay } from '../../policies/watch-replay.js';
import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import { installPrivately, startService } from '../private-installation.js';
import { holdingsOf } from '../process-usage.js';
import { Watch } from '../watch.js';
import { fillScores } from './fill-scores.js';

/** A replay as people ask for it, over what is stored. */
export interface StoredReplay {
  readonly assets: number;
  /** From asking until the result is stored, by the clock of the database. */
  readonly ms: number;
  readonly changed: number;
  /** Resident memory of the console with what it starts, before and at most; undefined where nothing tells it. */
  readonly rssMb: { readonly before: number; readonly most: number } | undefined;
}

const LOOK_MS = 100;
const MOVED = applyChanges(STARTING_POLICY, [
  { path: '/thresholds/sexual.explicit/heavy/blockFrom', from: 0.7, to: 0.6 },
]);

/** @throws Error when the replay does not come to its end over all assets */
export async function timeStored(context: BenchContext, assets: number): Promise<StoredReplay> {
  const installation = await installPrivately(context);
  const bar = progressBar('assets');
  await fillScores(context, installation, assets, (done, total) => bar.show(done, total)).finally(() => bar.end());
  const service = await startService(context, installation, 'console');
  const client = new PolicyClient(new ConsoleConnection(service.url, installation.adminKey));
  const draft = await client.draft({ document: MOVED, note: 'bench', baseVersion: 1 });
  const before = (await holdingsOf(service.pid()))?.rssMb;
  const memory = new Watch(() => holdingsOf(service.pid()), LOOK_MS);
  const replay = await watchReplay(client, await client.replay(draft.version, {})).finally(() => memory.end());
  const held = (await memory.stop()).map(({ rssMb }) => rssMb);
  if (replay.state !== 'done' || replay.handled !== assets) {
    throw new Error(`the replay is ${replay.state} after ${replay.handled} of ${assets} assets: ${replay.fault ?? ''}`);
  }
  return {
    assets,
    ms: Date.parse(replay.endedAt ?? '') - Date.parse(replay.askedAt),
    changed: replay.result?.changed ?? 0,
    rssMb: before === undefined ? undefined : { before, most: Math.max(...held) },
  };
}
