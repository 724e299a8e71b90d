import type { Classifier } from '#inference/classifier/classifier.js';
import { CountedClassifier } from '#inference/classifier/counted-classifier.js';
import { listVariants } from '#inference/models/list-variants.js';
import { openManifest } from '#inference/models/repository.js';
import { RemoteClassifier } from '#inference/remote/remote-classifier.js';
import { watchPool } from '#telemetry/watch-pool.js';

import { batchesAtOnce, CLASSIFIER_ENTRY, DECODE_AHEAD, type OpenParts } from './open-local-tier.js';

/** The heavy tier on a server that speaks the Open Inference Protocol; decoding stays on this machine. */
export async function openRemoteTier(parts: OpenParts, url: string): Promise<Classifier> {
  const { settings, metrics, log, register, usage } = parts;
  const { heavy, upload, modelRoot } = settings;
  const asked = await openManifest(modelRoot, heavy.model);
  // who wants 32 bits on this machine wants them on another
  const variants = heavy.variant === 'f32' ? [] : await listVariants(modelRoot, heavy.model);
  const spent = usage.open('heavy', { processes: heavy.processes, threads: 1 });
  const classifier = new RemoteClassifier({
    url,
    ...(heavy.inferenceKey === undefined ? {} : { key: heavy.inferenceKey }),
    manifest: asked,
    variants,
    entry: CLASSIFIER_ENTRY,
    host: {
      decodeAhead: DECODE_AHEAD,
      imageLimits: { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax },
      nice: heavy.nice,
    },
    processes: heavy.processes,
    inFlightPerProcess: DECODE_AHEAD,
    rssBytesMax: heavy.rssBytesMax,
    callsMax: 2 * batchesAtOnce(heavy),
    callMsMax: heavy.callMsMax,
    batchMax: Math.max(1, heavy.inferenceBatch),
    ...watchPool(spent, metrics, log),
    onWaiting: (why) =>
      log.warn(
        { url, why },
        'the inference server cannot be asked: check HEAVY_INFERENCE_URL, and the server and its model',
      ),
    onLimit: (inFlight) => metrics.remoteLimit('heavy', inFlight),
  });
  const { id, sha256, labels } = await classifier.start();
  await register({ id, sha256, labels, manifest: classifier.manifest });
  spent.serves(id);
  log.info({ id }, 'the heavy tier runs on another server');
  return new CountedClassifier(classifier, (items) => spent.answered(items));
}
