import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { drawSample } from '#imaging/draw-samples.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { openManifest } from '#inference/models/repository.js';
import { RemoteClassifier } from '#inference/remote/remote-classifier.js';
import type { SeedTime } from '#inference/batching/service-times.js';
import { watchClassifiers } from '#telemetry/classifier-events.js';

import { CLASSIFIER_ENTRY, type OpenParts } from './open-local-tier.js';
import type { OpenedTier } from './fast-tier.js';

/** Requests under way at most; how many really are follows from the server's answers. */
const CALLS_MAX = 64;
/** Batches of each size that are timed: the slowest counts. */
const RUNS = 5;
/** Of the drawn series: a JPEG of some 640 pixels. */
const PICTURE = 3;

/** The fast tier on a server that speaks the Open Inference Protocol; decoding stays on this machine. */
export async function openRemoteTier(parts: OpenParts, url: string, onRoom: () => void): Promise<OpenedTier> {
  const { settings, metrics, log, register, signal } = parts;
  const { fast, upload, modelRoot } = settings;
  const manifest = await openManifest(modelRoot, fast.model);
  const batchMax = Math.max(1, fast.batchMax);
  const classifier = new RemoteClassifier({
    url,
    ...(fast.inferenceKey === undefined ? {} : { key: fast.inferenceKey }),
    manifest,
    entry: CLASSIFIER_ENTRY,
    host: {
      decodeAhead: 1,
      imageLimits: { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax },
      nice: 0,
    },
    processes: fast.processes > 0 ? fast.processes : availableParallelism(),
    inFlightPerProcess: 1,
    rssBytesMax: fast.rssBytesMax,
    callsMax: CALLS_MAX,
    callMsMax: fast.callMsMax,
    onEvent: watchClassifiers(metrics, log),
    onBusy: (ms) => metrics.workerBusy('fast', ms),
    onRoom,
  });
  signal.addEventListener('abort', () => void classifier.close(0), { once: true });
  const { id, sha256, labels } = await classifier.start();
  await register({ id, sha256, labels, manifest });
  const seed = await timed(classifier, batchMax);
  log.info({ id, batchMax, seed }, 'the fast tier runs on another server');
  return { classifier, manifest, seed, batchMax, plan: null };
}

/** What a single image and a full batch take from here. */
async function timed(classifier: Classifier, batchMax: number): Promise<SeedTime[]> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-remote-'));
  try {
    const path = join(folder, 'picture');
    await writeFile(path, (await drawSample(PICTURE)).bytes);
    const seed: SeedTime[] = [];
    for (const batch of new Set([1, batchMax])) {
      const items = Array.from({ length: batch }, () => ({ path }));
      let p95Ms = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const startedMs = performance.now();
        await classifier.classify(items);
        p95Ms = Math.max(p95Ms, performance.now() - startedMs);
      }
      seed.push({ batch, p95Ms });
    }
    return seed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
