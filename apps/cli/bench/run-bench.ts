import { resolve } from 'node:path';

import { stopSignal } from '../up/stop-signal.js';
import type { BenchContext } from './bench-context.js';
import type { BenchResult } from './bench-result.js';
import { Cleanup } from './cleanup.js';
import { describeMachine } from './machine.js';
import { reportAsJson, reportAsMarkdown, writeReport } from './report.js';

export interface ReportOptions {
  /** Folder of the report's files. */
  readonly out: string;
  /** Print the JSON document instead of the text. */
  readonly json?: boolean;
}

/**
 * Runs a benchmark, tidies up after it whatever happens, and writes its report.
 *
 * @throws what the benchmark throws; Error when a signal ended it
 */
export async function runBench(
  bench: (context: BenchContext) => Promise<BenchResult>,
  { out, json = false }: ReportOptions,
): Promise<void> {
  const machine = describeMachine();
  const report = { ...(await measure(bench)), machine, date: new Date().toISOString().slice(0, 10) };
  await writeReport(resolve(out), report);
  process.stdout.write(json ? reportAsJson(report) : reportAsMarkdown(report));
}

/** The first signal ends the benchmark in order; a second one ends the process at once. */
async function measure(bench: (context: BenchContext) => Promise<BenchResult>): Promise<BenchResult> {
  const signal = stopSignal();
  const cleanup = new Cleanup();
  try {
    return await bench({ signal, cleanup });
  } catch (error) {
    // what a signal breaks fails in its own words
    throw signal.aborted ? new Error('stopped: nothing is written', { cause: error }) : error;
  } finally {
    await cleanup.run();
  }
}
