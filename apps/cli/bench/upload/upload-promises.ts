import type { PromisedFigure } from '../bench-result.js';
import { memoryPromises } from '../memory-promises.js';
import type { PeerName } from './peers.js';
import type { SizeSummary } from './summarise-rounds.js';
import type { UploadMeasurements } from './upload-measurements.js';
import { UPLOAD_SIZES, type BySize, type UploadSize } from './upload-sizes.js';

const PEER_FIGURES: readonly { readonly name: PeerName; readonly times: number }[] = [
  { name: 'nsfwjs', times: 10 },
  { name: 'transformers', times: 2.5 },
];

/** What was promised of an upload, and what was measured of it. */
export function uploadPromises(
  { unloaded, memory }: UploadMeasurements,
  sustained: BySize<SizeSummary>,
): PromisedFigure[] {
  const small = unloaded.loops['640 px'].latencyMs;
  const large = unloaded.loops['2 MP'].latencyMs;
  const { loopDelay, perSecond } = sustained['640 px'];
  return [
    { what: '640 px, one at a time, p50', bound: 'at most', limit: 25, unit: 'ms', measured: small.p50 },
    { what: '640 px, one at a time, p95', bound: 'at most', limit: 50, unit: 'ms', measured: small.p95 },
    { what: '2 MP, one at a time, p50', bound: 'at most', limit: 45, unit: 'ms', measured: large.p50 },
    { what: 'event-loop delay under load, p99', bound: 'at most', limit: 10, unit: 'ms', measured: loopDelay.p99Ms },
    { what: 'sustained, 640 px', bound: 'at least', limit: 80, unit: 'uploads/s', measured: perSecond },
    ...UPLOAD_SIZES.flatMap((size) => peerPromises(size, sustained[size])),
    ...UPLOAD_SIZES.flatMap((size) => costPromises(size, sustained[size])),
    ...memoryPromises('memory', 400, memory),
  ];
}

function peerPromises(size: UploadSize, { peers }: SizeSummary): PromisedFigure[] {
  return PEER_FIGURES.map(({ name, times }) => ({
    what: `${size}, uploads/s beside ${name}`,
    bound: 'at least',
    limit: times,
    unit: 'times',
    measured: peers[name]?.times ?? null,
  }));
}

function costPromises(size: UploadSize, { cost }: SizeSummary): PromisedFigure[] {
  return [
    {
      what: `${size}, CPU of an upload beside decode and inference alone`,
      bound: 'at most',
      limit: 1.25,
      unit: 'times',
      measured: cost.ratio,
    },
    {
      what: `${size}, CPU more with a perceptual bank`,
      bound: 'at most',
      limit: 1.5,
      unit: 'ms',
      measured: cost.bankMoreMs,
    },
  ];
}
