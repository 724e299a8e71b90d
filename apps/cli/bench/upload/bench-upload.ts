import { progressBar } from '../../progress-bar.js';
import type { BenchContext } from '../bench-context.js';
import type { BenchResult } from '../bench-result.js';
import { installPrivately, startService, temporaryFolder } from '../private-installation.js';
import { memoryOfTree, processGroups } from '../process-usage.js';
import type { UniqueCopies } from '../unique-copies.js';
import { openBareClassifier } from './bare-classifier.js';
import { chosenBy } from './chosen-model.js';
import { closedLoop, type LoopResult } from './closed-loop.js';
import { portcullis, type Contestant } from './contestants.js';
import { readLoopDelay } from './loop-delay.js';
import { measureRounds } from './measure-rounds.js';
import { openPeers } from './peers.js';
import { makePerceptualBank } from './perceptual-bank.js';
import type { UploadBenchOptions } from './upload-bench-options.js';
import { BANK_ENTRIES, type UploadMeasurements } from './upload-measurements.js';
import { uploadResult } from './upload-result.js';
import { bySize, drawCopies, storeCopies, type BySize, type UploadSize } from './upload-sizes.js';

/** Uploads before anything is measured: both tiers of the compiler, every connection of every pool. */
const WARM_UP = { uploads: 200, ms: 10_000, clients: 8 };
const UNLOADED_MS_MAX = 40_000;
/** Files for those who read files: more than fit into any cache but the system's. */
const STORED = 60;
/** Before it counts, decode and inference alone runs for so long. */
const BARE_WARM_UP_MS = 2_000;

/** What one upload takes, what it costs, how many there are a second, and what that is beside servers of the kind. */
export async function benchUpload(context: BenchContext, options: UploadBenchOptions): Promise<BenchResult> {
  const { signal } = context;
  const copies = await bySize(drawCopies);
  const paths = await bySize(async (size) => storeCopies(await temporaryFolder(context), copies[size], STORED));
  const installation = await installPrivately(context);
  const service = await startService(context, installation, 'upload');
  if (options.withBatch) await startService(context, installation, 'batch');
  const chosen = await chosenBy(service, installation);
  const bank = await makePerceptualBank(installation, service.url, BANK_ENTRIES);
  const ours = portcullis(context, service, installation.clientKey);
  const { peers, leftOut } = await openPeers(context, options.peers);
  const bare = await openBareClassifier(context, chosen.modelRef);

  for (const contestant of [ours, ...peers.map((peer) => peer.contestant)]) {
    const limits = { clients: WARM_UP.clients, forMs: WARM_UP.ms, uploadsMax: WARM_UP.uploads, signal };
    await closedLoop(contestant, () => copies['640 px'].next(), limits);
  }
  await bare.measure(paths['640 px'], BARE_WARM_UP_MS);
  const unloaded = await measureUnloaded(ours, copies, { ...options, serviceUrl: service.url, signal });
  const rounds = await measureRounds({
    ours,
    peers,
    bare,
    bank,
    copies,
    paths,
    serviceUrl: service.url,
    groups: () => processGroups(service.pid(), installation.postgresPid),
    rounds: options.rounds,
    secondsPerLeg: options.seconds,
    clients: options.clients,
    signal,
  });
  const memory = await memoryOfTree(service.pid());
  const bytes = await bySize((size) => copies[size].meanBytes);
  return uploadResult(options, { bytes, unloaded, rounds, leftOut, chosen, memory });
}

/** One upload at a time. */
async function measureUnloaded(
  ours: Contestant,
  copies: BySize<UniqueCopies>,
  { requests, serviceUrl, signal }: { requests: number; serviceUrl: string; signal: AbortSignal },
): Promise<UploadMeasurements['unloaded']> {
  const oneByOne = async (size: UploadSize): Promise<LoopResult> => {
    const bar = progressBar(size);
    try {
      return await closedLoop(ours, () => copies[size].next(), {
        clients: 1,
        forMs: UNLOADED_MS_MAX,
        uploadsMax: requests,
        signal,
        onProgress: (done) => bar.show(done, requests),
      });
    } finally {
      bar.end();
    }
  };
  await readLoopDelay(serviceUrl);
  const small = await oneByOne('640 px');
  const loopDelay = await readLoopDelay(serviceUrl);
  return { loops: { '640 px': small, '2 MP': await oneByOne('2 MP') }, loopDelay };
}
