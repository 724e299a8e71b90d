import Table from 'cli-table3';

import type { DemoResult, DemoSummary } from './run-demo.js';

/** The demo's outcome for people. */
export function demoTable({ rows, refused }: DemoResult, summary: DemoSummary): string {
  const table = new Table({
    head: ['image', 'provisional', 'latency', 'final', 'lag', 'transition'],
    colAligns: ['left', 'left', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, provisional, latencyMs, final, finalLagMs } of rows) {
    table.push([
      name,
      `${provisional.decision.verdict} (${provisional.decision.band ?? provisional.decision.source})`,
      `${latencyMs.toFixed(1)} ms`,
      `${final.decision.verdict} (${final.decision.band ?? final.decision.source})`,
      `${finalLagMs} ms`,
      final.transition ?? '',
    ]);
  }
  const { latencyMs, finalLagMs } = summary;
  const refusals = refused.map(({ name, why }) => `refused ${name}: ${why}\n`).join('');
  return (
    `${table.toString()}\n${refusals}` +
    `provisional p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms; final after p50 ${finalLagMs.p50} ms, p95 ${finalLagMs.p95} ms\n`
  );
}
