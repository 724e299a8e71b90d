import type { BenchResult } from '../bench-result.js';
import { rounded } from '../statistics.js';
import type { LoopResult } from './closed-loop.js';
import type { OurLeg, Round } from './measure-rounds.js';
import { stagesOf } from './stages.js';
import { summariseRounds } from './summarise-rounds.js';
import type { UploadBenchOptions } from './upload-bench-options.js';
import type { UploadMeasurements } from './upload-measurements.js';
import { uploadNotes } from './upload-notes.js';
import { uploadPromises } from './upload-promises.js';
import { SIDES, UPLOAD_SIZES, type UploadSize } from './upload-sizes.js';
import { uploadTables } from './upload-tables.js';

/** Turns measurements into a report's content. */
export function uploadResult(options: UploadBenchOptions, measured: UploadMeasurements): BenchResult {
  const { rounds, memory, bytes, unloaded, leftOut, chosen } = measured;
  const ofSize = (size: UploadSize) => summariseRounds(rounds.filter((round) => round.size === size));
  const sustained = { '640 px': ofSize('640 px'), '2 MP': ofSize('2 MP') };
  const files = UPLOAD_SIZES.map((size) => {
    const { width, height } = SIDES[size];
    return `${size} is ${width} × ${height} in ${bytes[size] / 1_000} kB`;
  });
  return {
    name: 'upload',
    what: `The upload service as its clients see it: a multipart form in, a committed provisional decision out. JPEGs of which no two are alike: ${files.join(', ')}.`,
    command: commandOf(options),
    promised: uploadPromises(measured, sustained),
    tables: uploadTables(options, measured, sustained),
    notes: uploadNotes(options, measured, sustained),
    data: {
      options,
      bytes,
      chosen,
      leftOut,
      unloaded: {
        '640 px': unloadedOf(unloaded.loops['640 px']),
        '2 MP': unloadedOf(unloaded.loops['2 MP']),
        loopDelayMs: unloaded.loopDelay,
      },
      sustained,
      memory: memory ?? null,
      rounds: rounds.map(roundData),
    },
  };
}

const unloadedOf = ({ latencyMs, outcomes }: LoopResult) => ({ latencyMs, stagesMs: stagesOf(outcomes) });

const roundData = ({ size, ours, banked, peers, bare }: Round) => ({
  size,
  ours: legData(ours),
  banked: legData(banked),
  peers: Object.fromEntries(Object.entries(peers).map(([name, loop]) => [name, withoutOutcomes(loop)])),
  bare: { perSecond: rounded(bare.perSecond), cpuMs: rounded(bare.cpuMs, 3) },
});

const legData = ({ loop, loopDelay, cpuMs }: OurLeg) => ({
  ...withoutOutcomes(loop),
  stagesMs: stagesOf(loop.outcomes),
  loopDelayMs: loopDelay,
  cpuMs: cpuMs ?? null,
});

const withoutOutcomes = ({ uploads, perSecond, latencyMs, faults }: LoopResult): Omit<LoopResult, 'outcomes'> => ({
  uploads,
  perSecond,
  latencyMs,
  faults,
});

function commandOf({ requests, clients, rounds, seconds, withBatch, peers }: UploadBenchOptions): string {
  const options = `--requests ${requests} --clients ${clients} --rounds ${rounds} --seconds ${seconds}`;
  const asked = peers.length === 0 ? '--no-peers' : `--peers ${peers.join(' ')}`;
  return `npm run portcullis -- bench upload ${options} ${asked}${withBatch ? ' --with-batch' : ''}`;
}
