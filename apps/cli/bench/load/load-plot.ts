import { drawLinePlot } from '../plot/line-plot.js';
import type { LoadStep } from './load-step.js';
import type { RunSummary } from './summarise-run.js';

/** Latency (log) and goodput by the rate of arrivals. */
export function loadPlot(steps: readonly LoadStep[], sloMs: number, capacity: number): string {
  const byRate = (of: (summary: RunSummary) => number): [number, number][] =>
    steps.filter(({ summary }) => summary.isValid).map(({ summary }) => [summary.offeredPerSecond, of(summary)]);
  return drawLinePlot({
    title: 'Latency of decisions and goodput by rate',
    xLabel: 'uploads that arrive, a second',
    left: { label: 'ms from intended sending to answer', scale: 'log' },
    right: { label: 'decisions within the SLO, a second' },
    series: [
      { name: 'p50', axis: 'left', points: byRate(({ latencyMs }) => latencyMs.p50) },
      { name: 'p95', axis: 'left', points: byRate(({ latencyMs }) => latencyMs.p95) },
      { name: 'p99', axis: 'left', points: byRate(({ latencyMs }) => latencyMs.p99) },
      { name: 'goodput (right)', axis: 'right', points: byRate(({ goodputPerSecond }) => goodputPerSecond) },
    ],
    limit: { y: sloMs, label: `SLO ${sloMs} ms` },
    place: { x: capacity, label: 'capacity' },
  });
}
