import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isMet, type BenchResult, type PromisedFigure } from './bench-result.js';
import type { Machine } from './machine.js';
import { markdownTable } from './markdown-table.js';

/** A result with where and when it was measured. */
export interface Report extends BenchResult {
  readonly machine: Machine;
  /** Day, in UTC. */
  readonly date: string;
}

/** The report for machines. */
export function reportAsJson({ name, what, date, command, machine, promised, notes, data }: Report): string {
  const figures = promised.map((figure) => ({ ...figure, met: isMet(figure) }));
  return `${JSON.stringify({ name, what, date, command, machine, promised: figures, notes, data }, null, 2)}\n`;
}

/** The report for people: always the same sections in the same order. */
export function reportAsMarkdown({ name, what, date, command, machine, promised, tables, notes }: Report): string {
  const { cpu, cores, memoryGb, node, os, loadBefore } = machine;
  const promises = { title: 'Promised and measured', head: PROMISE_HEAD, rows: promised.map(promiseRow) };
  return [
    `# Benchmark: ${name}`,
    what,
    `Measured on ${date}: ${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${os}; load before the run ${loadBefore}.`,
    `\`\`\`sh\n${command}\n\`\`\``,
    ...[promises, ...tables].map(({ title, head, rows }) => `## ${title}\n\n${markdownTable(head, rows)}`),
    `## Notes\n\n${notes.map((note) => `- ${note}`).join('\n')}`,
    `Everything that was measured is in [${name}.json](${name}.json).\n`,
  ].join('\n\n');
}

/** Writes `<name>.json` and `<name>.md`. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${report.name}.json`), reportAsJson(report));
  await writeFile(join(folder, `${report.name}.md`), reportAsMarkdown(report));
}

const PROMISE_HEAD = ['', 'promised', 'measured', ''];
const OUTCOMES = new Map([
  [true, 'met'],
  [false, '**missed**'],
  [null, 'not measured'],
]);

function promiseRow(figure: PromisedFigure): string[] {
  const { what, bound, limit, unit, measured } = figure;
  const promised = `${bound === 'at most' ? '≤' : '≥'} ${limit} ${unit}`;
  return [what, promised, measured === null ? '–' : `${measured} ${unit}`, OUTCOMES.get(isMet(figure)) ?? ''];
}
