import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { drawPhotographs } from '../photographs.js';
import { installPrivately, startService } from '../private-installation.js';
import { memoryOfTree, processGroups } from '../process-usage.js';
import { UniqueCopies } from '../unique-copies.js';
import { closedLoop, type LoopResult } from './closed-loop.js';
import { peer, portcullis, type Contestant } from './contestants.js';
import { readLoopDelay } from './loop-delay.js';
import { measureRounds } from './measure-rounds.js';
import { startPeer } from './peer-server.js';
import type { UploadBenchOptions } from './upload-bench-options.js';
import { uploadResult } from './upload-result.js';

const SMALL = { width: 640, height: 480 };
const LARGE = { width: 1632, height: 1224 };
/** Enough for no two in a row to be alike; each one takes a tenth of a second to draw. */
const PHOTOGRAPHS = { small: 24, large: 6 };
/** Uploads before anything is measured: both tiers of the compiler, every connection of every pool. */
const WARM_UP = { uploads: 200, ms: 10_000, clients: 8 };
const UNLOADED_MS_MAX = 40_000;

/** What one upload takes, how many there are a second, and what that is beside a typical server of the kind. */
export async function benchUpload(context: BenchContext, options: UploadBenchOptions): Promise<BenchResult> {
  const { signal } = context;
  const small = new UniqueCopies(await drawPhotographs(PHOTOGRAPHS.small, SMALL));
  const large = new UniqueCopies(await drawPhotographs(PHOTOGRAPHS.large, LARGE));
  const bytes = { small: small.meanBytes, large: large.meanBytes };
  const installation = await installPrivately(context);
  const service = await startService(context, installation, 'upload');
  if (options.withBatch) await startService(context, installation, 'batch');
  const ours = portcullis(context, service, installation.clientKey);
  const theirs = options.peer ? peer(context, await startPeer(context)) : undefined;

  for (const contestant of [ours, theirs]) {
    if (contestant === undefined) continue;
    const limits = { clients: WARM_UP.clients, forMs: WARM_UP.ms, uploadsMax: WARM_UP.uploads, signal };
    await closedLoop(contestant, () => small.next(), limits);
  }
  const oneByOne = async (what: string, files: UniqueCopies): Promise<LoopResult> =>
    unloaded(ours, what, files, { requests: options.requests, signal });
  await readLoopDelay(service.url);
  const unloadedSmall = await oneByOne('640 px', small);
  const unloadedLoopDelay = await readLoopDelay(service.url);
  const unloadedLarge = await oneByOne('2 MP', large);
  const rounds = await measureRounds({
    ours,
    theirs,
    nextFile: () => small.next(),
    serviceUrl: service.url,
    groups: () => processGroups(service.pid(), installation.postgresPid),
    rounds: options.rounds,
    secondsPerRound: options.seconds,
    clients: options.clients,
    signal,
  });
  const memory = await memoryOfTree(service.pid());
  return uploadResult(options, { bytes, unloadedSmall, unloadedLoopDelay, unloadedLarge, rounds, memory });
}

async function unloaded(
  contestant: Contestant,
  what: string,
  files: UniqueCopies,
  { requests, signal }: { readonly requests: number; readonly signal: AbortSignal },
): Promise<LoopResult> {
  const bar = progressBar(what);
  try {
    return await closedLoop(contestant, () => files.next(), {
      clients: 1,
      forMs: UNLOADED_MS_MAX,
      uploadsMax: requests,
      signal,
      onProgress: (done) => bar.show(done, requests),
    });
  } finally {
    bar.end();
  }
}
