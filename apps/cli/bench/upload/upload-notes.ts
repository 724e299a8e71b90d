import { MEMORY_NOTE } from '../memory-promises.js';
import { ABOUT } from './peers.js';
import type { SizeSummary } from './summarise-rounds.js';
import type { UploadBenchOptions } from './upload-bench-options.js';
import { BANK_ENTRIES, type UploadMeasurements } from './upload-measurements.js';
import type { BySize } from './upload-sizes.js';

/** What a reader of the figures has to know. */
export function uploadNotes(
  { withBatch, peers }: UploadBenchOptions,
  { unloaded, leftOut, chosen }: UploadMeasurements,
  sustained: BySize<SizeSummary>,
): string[] {
  const tookPart = peers.filter((name) => leftOut.every((left) => left.name !== name));
  return [
    `All cores of the machine serve the upload service, its classifier processes, PostgreSQL (commits reach the disk) and the load generator${withBatch ? ', and the batch service labels what was uploaded' : '; the batch service does not run'}.`,
    `The fast tier runs ${chosen.modelRef} in ${chosen.workers} process(es) with ${chosen.threads} thread(s) each, up to ${chosen.batchMax} image(s) in one run: ${chosen.reason}.`,
    `The event-loop delay is \`nodejs_eventloop_lag_p99_seconds\` of the service less 10 ms: its samples are times between two runs of a 10 ms timer. The gauge itself says ${sustained['640 px'].loopDelay.rawP99Ms} ms under load and ${unloaded.loopDelay.rawP99Ms} ms with one upload at a time.`,
    'In every round everybody gets the same requests in turn: our service, each peer, decode and inference alone, our service with a bank that goes by looks. Ratios are taken in each round, and their median counts.',
    ...tookPart.map((name) => `${name} is ${ABOUT[name]}.`),
    ...leftOut.map(({ name, why }) => `${name} was left out: ${why}.`),
    `Decode and inference alone is a process for each core, all at work at the same time: the same recipe and the same model (${chosen.modelRef}) with one thread, over unique files on disk; no HTTP, no database, no other process. An upload's processor time is that of the service, its classifier processes and PostgreSQL together.`,
    `The bank holds ${BANK_ENTRIES} random PDQ hashes, so that every picture is hashed and looked for, and none is found.`,
    `Memory is of the service and its classifier processes, after the load. ${MEMORY_NOTE}`,
    'An upload counts when its answer is 201, the fast model decided, and the decision is committed. Photographs are drawn: with enough grain to weigh what photographs do.',
  ];
}
