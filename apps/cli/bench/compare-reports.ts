import { readFile } from 'node:fs/promises';

import type { ResultTable } from './bench-result.js';
import { describeMachine } from './machine.js';
import { rounded } from './statistics.js';

/** Figures of a run by name, as they stand in its report under `data.figures`. */
export type Figures = Readonly<Record<string, number | null>>;

/** A report of the same benchmark from before. */
export interface EarlierReport {
  readonly date: string;
  /** Processor and cores, as `describeMachine` tells them. */
  readonly machine: string;
  readonly figures: Figures;
}

/** Reads a report's JSON. @throws Error with words for people when it is not one, or of another benchmark */
export async function readEarlier(file: string, name: string): Promise<EarlierReport> {
  const report = asObject(await parseFile(file));
  const { figures } = asObject(report['data']);
  const machine = asObject(report['machine']);
  if (report['name'] !== name || figures === undefined) {
    throw new Error(`${file} is no report of \`bench ${name}\` that can be compared with`);
  }
  const numbers = Object.entries(asObject(figures)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return {
    date: String(report['date']),
    machine: machineName(String(machine['cpu']), Number(machine['cores'])),
    figures: Object.fromEntries(numbers),
  };
}

/**
 * A table of the figures that both runs have, by ratio.
 *
 * @param noise ratio that two measurements of the same thing differed by in this run; 1.1 for ten percent
 */
export function compareFigures(now: Figures, earlier: EarlierReport, noise: number): ResultTable {
  const rows = Object.entries(now).flatMap(([name, value]) => {
    const before = earlier.figures[name];
    if (value === null || before === undefined || before === null) return [];
    return [[name, String(before), String(value), ...verdictOf(value, before, noise)]];
  });
  return { title: `Compared with ${earlier.date}`, head: ['', 'then', 'now', 'now ÷ then', ''], rows };
}

/** What a reader of the comparison has to know. */
export function comparisonNotes({ machine }: EarlierReport, noise: number): string[] {
  const { cpu, cores } = describeMachine();
  const here = machineName(cpu, cores);
  const percent = rounded((noise - 1) * 100, 0);
  return [
    `The comparison is of two runs at different times, on machines that do other things, too. In this run two halves of one load differ by ${percent} %: a ratio within that is called noise, and one not far beyond it proves little.`,
    ...(machine === here ? [] : [`The earlier run was on another machine (${machine}): the ratios compare machines.`]),
  ];
}

function verdictOf(now: number, before: number, noise: number): [ratio: string, verdict: string] {
  if (before === 0) return ['–', now === 0 ? 'the same' : ''];
  const ratio = now / before;
  const isNoise = ratio <= noise && ratio >= 1 / noise;
  return [String(rounded(ratio)), isNoise ? 'noise' : ratio > 1 ? 'more' : 'less'];
}

const machineName = (cpu: string, cores: number): string => `${cpu}, ${cores} cores`;

async function parseFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    throw new Error(`${file} cannot be compared with: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
