import type { VerifyReport } from '../../verify/verify-installation.js';
import type { BenchResult, PromisedFigure, ResultTable } from '../bench-result.js';
import { rounded } from '../statistics.js';
import type { Deaths } from './classifier-deaths.js';
import type { MalformedOptions } from './malformed-options.js';
import type { SettledHoldings } from './settled-holdings.js';
import { SENT_AWAY, type Tally } from './tally.js';

/** An answer that takes longer is a hang. */
export const LATE_MS = 2_000;
/** Of the memory before: as much more is taken to be none. */
export const MEMORY_SHARE = 0.1;

export interface MalformedMeasurements {
  readonly corpusFiles: number;
  readonly tallies: { readonly hostile: Tally; readonly good: Tally };
  /** Good files before the hostile ones, and after them. */
  readonly calm: Tally;
  readonly tookMs: number;
  /** Undefined where nothing tells it. */
  readonly before: SettledHoldings | undefined;
  readonly after: SettledHoldings | undefined;
  readonly deaths: Deaths;
  readonly verified: VerifyReport;
}

const FAST = '201 fast';

/** Turns measurements into a report's content. */
export function malformedResult(options: MalformedOptions, measured: MalformedMeasurements): BenchResult {
  const { corpusFiles, tallies, calm, tookMs, before, after, deaths, verified } = measured;
  const { hostile, good } = tallies;
  return {
    name: 'malformed',
    what: `${options.files} hostile files${corpusFiles > 0 ? ` and ${corpusFiles} of a corpus` : ''}, ${options.clients} at a time, and a good one after every ten: drawn JPEG, PNG, WebP, GIF and AVIF files, broken in every way that could be thought of, and bombs. The same seed makes the same files.`,
    command: commandOf(options),
    promised: promises(measured),
    tables: [
      answersTable(hostile, good, calm),
      holdingsTable(before, after),
      slowestTable(hostile),
      ...findingsTable([hostile, good, calm]),
    ],
    notes: notesOf(options, measured),
    data: {
      options: { files: options.files, clients: options.clients, seed: options.seed, slo: options.slo },
      seconds: rounded(tookMs / 1_000, 1),
      hostile: summaryOf(hostile),
      good: summaryOf(good),
      calm: summaryOf(calm),
      before: before ?? null,
      after: after ?? null,
      deaths,
      verified: { assets: verified.assets, faults: verified.faults },
    },
  };
}

function promises({ tallies, calm, before, after, verified }: MalformedMeasurements): PromisedFigure[] {
  const { hostile, good } = tallies;
  const none = { bound: 'at most', limit: 0, unit: '' } as const;
  const sum = (of: (tally: Tally) => number): number => of(hostile) + of(good) + of(calm);
  const change = before === undefined || after === undefined ? null : after.pssMb / before.pssMb - 1;
  const more = (of: (held: SettledHoldings) => number): number | null =>
    before === undefined || after === undefined ? null : Math.max(0, of(after) - of(before));
  const ended = [...good.byAnswer].filter(([name]) => name !== SENT_AWAY);
  const goods = ended.reduce((count, [, of]) => count + of, 0);
  const accepted = ended.reduce((count, [name, of]) => count + (name.startsWith('201 ') ? of : 0), 0);
  return [
    { ...none, what: 'answers of 500 and above', measured: sum((tally) => tally.serverErrors) },
    { ...none, what: 'uploads without an answer', measured: sum((tally) => tally.unanswered) },
    { ...none, what: 'answers outside the documented ones', measured: sum((tally) => tally.unstable) },
    { ...none, what: `answers later than ${LATE_MS / 1_000} s`, measured: sum((tally) => tally.late) },
    { ...none, what: 'good files that were refused', measured: goods - accepted },
    {
      what: 'good files that the fast tier judged',
      bound: 'at least',
      limit: 95,
      unit: '%',
      measured: rounded((100 * (good.byAnswer.get(FAST) ?? 0)) / goods, 1),
    },
    {
      what: 'memory afterwards, more than before (PSS)',
      bound: 'at most',
      limit: MEMORY_SHARE * 100,
      unit: '%',
      measured: change === null ? null : rounded(change * 100, 1),
    },
    { ...none, what: 'open files more than before', measured: more(({ files }) => files) },
    { ...none, what: 'processes more than before', measured: more(({ processes }) => processes) },
    { ...none, what: 'rows without bytes, bytes without rows and the like', measured: verified.faultCount },
  ];
}

function answersTable(hostile: Tally, good: Tally, calm: Tally): ResultTable {
  const names = [...new Set([hostile, good, calm].flatMap((tally) => [...tally.byAnswer.keys()]))].sort();
  return {
    title: 'Answers',
    head: ['', 'hostile files', 'good files between', 'good files before and after'],
    rows: names.map((name) => [name, ...[hostile, good, calm].map((tally) => String(tally.byAnswer.get(name) ?? 0))]),
  };
}

function holdingsTable(before: SettledHoldings | undefined, after: SettledHoldings | undefined): ResultTable {
  const row = (what: string, of: (held: SettledHoldings) => number): string[] => [
    what,
    ...[before, after].map((held) => (held === undefined ? '–' : String(of(held)))),
  ];
  return {
    title: 'What the service and its classifier processes hold',
    head: ['', 'before', 'after'],
    rows: [
      row('PSS (MB)', ({ pssMb }) => pssMb),
      row('PSS of the service alone (MB)', ({ servicePssMb }) => servicePssMb),
      row('RSS (MB)', ({ rssMb }) => rssMb),
      row('open files', ({ files }) => files),
      row('processes', ({ processes }) => processes),
    ],
  };
}

function slowestTable({ slowest }: Tally): ResultTable {
  const inOrder = [...slowest].sort((a, b) => b.ms - a.ms);
  return {
    title: 'The slowest answers',
    head: ['file', 'answer', 'ms'],
    rows: inOrder.map(({ name, answer, ms }) => [name, answer, String(Math.round(ms))]),
  };
}

/** Left out where there is nothing in it. */
function findingsTable(tallies: readonly Tally[]): ResultTable[] {
  const findings = tallies.flatMap((tally) => tally.findings);
  if (findings.length === 0) return [];
  const rows = findings.map(({ file, why }) => [file.name, why]);
  return [{ title: 'What broke a promise', head: ['file', 'what'], rows }];
}

function notesOf(
  { slo }: MalformedOptions,
  { deaths, tookMs, before, after, tallies }: MalformedMeasurements,
): string[] {
  const died = Object.entries(deaths).map(([reason, count]) => `${count} (${reason})`);
  const sentAway = [tallies.hostile, tallies.good].reduce(
    (sum, { byAnswer }) => sum + (byAnswer.get(SENT_AWAY) ?? 0),
    0,
  );
  const lasting =
    before === undefined || after === undefined ? '' : ` It was ${before.pssMb} MB and is ${after.pssMb} MB.`;
  return [
    `Classifier processes that ended and were replaced: ${died.length === 0 ? 'none' : died.join(', ')}.`,
    `The service promises a decision within ${slo} ms here (\`FAST_SLO_MS\`), so that it looks at files that are slow to decode and does not turn them away. It sent ${sentAway} uploads away for want of time (${SENT_AWAY}), which came again when it said so.`,
    `The files took ${rounded(tookMs / 1_000, 0)} s. A good file that the fast tier does not judge is accepted with the policy’s default and judged by the heavy tier: bombs take its time.`,
    `Memory is looked at after some hundred good files, before the hostile ones and again after them: the first time when it has stopped changing, the second time until it is at most ${MEMORY_SHARE * 100} % more, or two minutes have passed.${lasting}`,
    'An answer is a documented one when it is an asset, or a problem whose `type`, `code` and status are those of the catalogue.',
    'After the last answer every row is held against its bytes, and every file against its row, as `portcullis verify` does.',
  ];
}

const summaryOf = (tally: Tally): Readonly<Record<string, unknown>> => ({
  answers: Object.fromEntries(tally.byAnswer),
  slowest: tally.slowest.map(({ name, answer, ms }) => ({ name, answer, ms: rounded(ms) })),
  findings: tally.findings.map(({ file, why }) => ({ file: file.name, why })),
});

function commandOf({ files, clients, seed, slo, corpus }: MalformedOptions): string {
  const options = `--files ${files} --clients ${clients} --seed ${seed} --slo ${slo}${corpus === undefined ? '' : ' --corpus <folder>'}`;
  return `npm run portcullis -- bench malformed ${options}`;
}
