import { ClassifierPool } from '#inference/classifier/pool.js';
import type { Settings } from '#settings/settings.js';

import type { BenchContext } from '../bench-context.js';
import { hasProc, meterCpu } from '../process-usage.js';
import { rounded } from '../statistics.js';

/** What is left out of the path of an image beside database and queue. */
export type Bareness = 'model only' | 'model and decode';

/** Images a second through classifier processes like those of the batch service, and nothing around them. */
export interface BareModel {
  /** @throws ClassifierFailed, or Error for an image without scores */
  measure(images: number, onProgress: (done: number) => void): Promise<BareRate>;
}

export interface BareRate {
  readonly perSecond: number;
  /** Processor time of the classifier processes; undefined where nothing tells it. */
  readonly cpuMsPerImage: number | undefined;
}

const ENTRIES: Readonly<Record<Bareness, URL>> = {
  'model only': new URL('./remembering-classifier.js', import.meta.url),
  'model and decode': new URL('../../../batch/classifier-process.js', import.meta.url),
};
/** As in the batch service: one call is inferred while the next one is decoded. */
const IN_FLIGHT = 2;
const DECODE_AHEAD = 2;
/** Every process has seen every file after so many rounds over them, but for bad luck. */
const ROUNDS_TO_REMEMBER = 3;

/** Starts as many processes as the batch service has, with the same limits, and shows them all files. */
export async function openBareModel(
  { signal, cleanup }: BenchContext,
  { heavy, modelRoot, upload }: Settings,
  bareness: Bareness,
  paths: readonly string[],
): Promise<BareModel> {
  const callers = heavy.processes * IN_FLIGHT;
  const pids: number[] = [];
  const pool = new ClassifierPool({
    entry: ENTRIES[bareness],
    host: {
      modelRoot,
      modelRef: heavy.model,
      threads: 1,
      inferenceBatch: heavy.inferenceBatch,
      decodeAhead: DECODE_AHEAD,
      imageLimits: { pixelsMax: upload.pixelsMax, framesMax: upload.framesMax },
      nice: heavy.nice,
    },
    processes: heavy.processes,
    inFlightPerProcess: IN_FLIGHT,
    queueMax: callers,
    callMsMax: heavy.callMsMax,
    rssBytesMax: heavy.rssBytesMax,
    onEvent: ({ pid }) => {
      if (pid !== undefined) pids.push(pid);
    },
  });
  cleanup.defer(() => pool.close(0));
  await pool.start();
  let next = 0;
  const classifySome = async (count: number): Promise<void> => {
    const items = Array.from({ length: count }, () => ({ path: paths[next++ % paths.length] ?? '' }));
    const { outcomes } = await pool.classify(items);
    const refused = outcomes.find((outcome) => outcome.kind === 'rejected');
    if (refused !== undefined) throw new Error(`a photograph was refused: ${refused.detail}`);
  };
  const measure: BareModel['measure'] = async (images, onProgress) => {
    let [begun, done] = [0, 0];
    const caller = async (): Promise<void> => {
      while (begun < images) {
        signal.throwIfAborted();
        // calls as small as the processes run them: none of them ends with the others idle
        const count = Math.min(heavy.inferenceBatch, images - begun);
        begun += count;
        await classifySome(count);
        done += count;
        onProgress(done);
      }
    };
    const usedCpu = await meterCpu(() => Promise.resolve(hasProc() ? { classifiers: pids } : undefined));
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: callers }, caller));
    const perSecond = rounded((images / (performance.now() - startedMs)) * 1_000);
    const cpuMs = (await usedCpu())?.['classifiers'];
    return { perSecond, cpuMsPerImage: cpuMs === undefined ? undefined : rounded(cpuMs / images) };
  };
  await measure(bareness === 'model only' ? paths.length * ROUNDS_TO_REMEMBER : callers, () => undefined);
  return { measure };
}
