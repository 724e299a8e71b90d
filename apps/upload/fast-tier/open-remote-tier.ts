import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { drawSample } from '#imaging/draw-samples.js';
import type { Classifier } from '#inference/classifier/classifier.js';
import { CountedClassifier } from '#inference/classifier/counted-classifier.js';
import { listVariants } from '#inference/models/list-variants.js';
import { openManifest } from '#inference/models/repository.js';
import { RemoteClassifier } from '#inference/remote/remote-classifier.js';
import { watchPool } from '#telemetry/watch-pool.js';

import { CLASSIFIER_ENTRY, type OpenParts } from './open-local-tier.js';
import type { OpenedTier } from './fast-tier.js';
import { remoteSeed } from './remote-seed.js';

/** Requests under way at most; how many really are follows from the server's answers. */
const CALLS_MAX = 64;
/** Batches of each size that are timed: the slowest counts. */
const RUNS = 5;
/** Of the drawn series: a JPEG of some 640 pixels. */
const PICTURE = 3;

/** The fast tier on a server that speaks the Open Inference Protocol; decoding stays on this machine. */
export async function openRemoteTier(parts: OpenParts, url: string, onRoom: () => void): Promise<OpenedTier> {
  const { settings, metrics, log, register, usage, signal } = parts;
  const { fast, upload, modelRoot } = settings;
  const asked = await openManifest(modelRoot, fast.model);
  // who wants 32 bits on this machine wants them on another
  const variants = fast.variant === 'f32' ? [] : await listVariants(modelRoot, fast.model);
  const batchMax = Math.max(1, fast.batchMax);
  const processes = fast.processes > 0 ? fast.processes : availableParallelism();
  const spent = usage.open('fast', { processes, threads: 1 });
  const classifier = new RemoteClassifier({
    url,
    ...(fast.inferenceKey === undefined ? {} : { key: fast.inferenceKey }),
    manifest: asked,
    variants,
    entry: CLASSIFIER_ENTRY,
    host: {
      decodeAhead: 1,
      imageLimits: { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax },
      nice: 0,
    },
    processes,
    inFlightPerProcess: 1,
    rssBytesMax: fast.rssBytesMax,
    callsMax: CALLS_MAX,
    callMsMax: fast.callMsMax,
    ...watchPool(spent, metrics, log),
    onRoom,
    onWaiting: (why) =>
      log.warn(
        { url, why },
        'the inference server cannot be asked: check FAST_INFERENCE_URL, and the server and its model',
      ),
    onLimit: (inFlight) => metrics.remoteLimit('fast', inFlight),
  });
  signal.addEventListener('abort', () => void classifier.close(0), { once: true });
  const { id, sha256, labels } = await classifier.start();
  const { manifest } = classifier;
  await register({ id, sha256, labels, manifest });
  spent.serves(id);
  const seed = await timed(classifier, { batchMax, sloMs: fast.sloMs });
  log.info({ id, batchMax, seed }, 'the fast tier runs on another server');
  const counted = new CountedClassifier(classifier, (items) => spent.answered(items));
  return { classifier: counted, manifest, seed, batchMax, plan: null };
}

/** What a single image and a full batch take from here. @throws StartRefused when the batch is too long for the SLO */
async function timed(
  classifier: Classifier,
  limits: { readonly batchMax: number; readonly sloMs: number },
): Promise<OpenedTier['seed']> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-remote-'));
  try {
    const path = join(folder, 'picture');
    await writeFile(path, (await drawSample(PICTURE)).bytes);
    return await remoteSeed(limits, async (batch) => {
      const items = Array.from({ length: batch }, () => ({ path }));
      let p95Ms = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const startedMs = performance.now();
        await classifier.classify(items);
        p95Ms = Math.max(p95Ms, performance.now() - startedMs);
      }
      return p95Ms;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
