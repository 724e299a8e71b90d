import type { Picture } from '../bench-result.js';
import { drawLinePlot } from '../plot/line-plot.js';
import { MINUTE_MS, type SoakMeasurements } from './soak-measurements.js';

/** Latency (log) and memory over time. @param name of the report */
export function soakPicture(name: string, slo: number, { windows, samples }: SoakMeasurements): Picture {
  const latency = (quantile: 'p50' | 'p95' | 'p99'): [number, number][] =>
    windows.map(({ fromMs, summary }) => [fromMs / MINUTE_MS, summary.latencyMs[quantile]]);
  const title = 'Latency of decisions and memory over time';
  const svg = drawLinePlot({
    title,
    xLabel: 'minutes',
    left: { label: 'ms from intended sending to answer', scale: 'log' },
    right: { label: 'resident memory, MB' },
    series: [
      { name: 'p50', axis: 'left', points: latency('p50') },
      { name: 'p95', axis: 'left', points: latency('p95') },
      { name: 'p99', axis: 'left', points: latency('p99') },
      { name: 'memory (right)', axis: 'right', points: samples.map(({ atMs, rssMb }) => [atMs / MINUTE_MS, rssMb]) },
    ],
    limit: { y: slo, label: `SLO ${slo} ms` },
  });
  return { file: `${name}.svg`, title, svg };
}
