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

/** The report for people: always the same sections in the same order; nothing is said of promises where there are none. */
export function reportAsMarkdown(report: Report): string {
  const { name, what, date, command, machine, promised, tables, pictures = [], notes } = report;
  const { cpu, cores, memoryGb, node, os, loadBefore } = machine;
  const promises = { title: 'Promised and measured', head: PROMISE_HEAD, rows: promised.map(promiseRow) };
  const sections = promised.length === 0 ? tables : [promises, ...tables];
  return [
    `# Benchmark: ${name}`,
    what,
    `Measured on ${date}: ${cpu}, ${cores} cores, ${memoryGb} GB, Node ${node}, ${os}; load before the run ${loadBefore}.`,
    `\`\`\`sh\n${command}\n\`\`\``,
    ...sections.map(({ title, head, rows }) => `## ${title}\n\n${markdownTable(head, rows)}`),
    ...pictures.map(({ title, file }) => `![${title}](${file})`),
    `## Notes\n\n${notes.map((note) => `- ${note}`).join('\n')}`,
    `Everything that was measured is in [${name}.json](${name}.json).\n`,
  ].join('\n\n');
}

/** Writes `<name>.json`, `<name>.md` and the pictures. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${report.name}.json`), reportAsJson(report));
  await writeFile(join(folder, `${report.name}.md`), reportAsMarkdown(report));
  for (const { file, svg } of report.pictures ?? []) await writeFile(join(folder, file), svg);
}

const PROMISE_HEAD = ['', 'promised', 'measured', ''];
const OUTCOMES = new Map([
  [true, 'met'],
  [false, '**missed**'],
  [null, 'not measured'],
]);

function promiseRow(figure: PromisedFigure): string[] {
  const { what, bound, limit, unit, measured } = figure;
  const promised = `${bound === 'at most' ? '≤' : '≥'} ${limit} ${unit}`.trimEnd();
  return [what, promised, measured === null ? '–' : `${measured} ${unit}`.trimEnd(), OUTCOMES.get(isMet(figure)) ?? ''];
}
