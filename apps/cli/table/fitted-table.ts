import Table from 'cli-table3';

import { foldedText, lengthOf } from './folded-text.js';

export interface Column {
  readonly head: string;
  /** How narrow it may become, with its texts folded; left out: it keeps its width. */
  readonly foldsTo?: number;
}

/** Where nobody says how wide a terminal is, as when it is a pipe. */
const WIDTH_UNKNOWN = 80;
/** Of a border and a space on each side of a text. */
const BETWEEN = 3;

/** Characters in a line of the terminal that is written to. */
export const terminalWidth = ({ columns }: { readonly columns?: number | undefined } = process.stdout): number =>
  columns === undefined || columns <= 0 ? WIDTH_UNKNOWN : columns;

/**
 * A table of at most `width` characters in a line: what is too long is folded, in the widest columns first. It is wider where
 * the columns that keep their width already are.
 */
export function fittedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): string {
  const widths = columns.map(({ head }, at) =>
    Math.max(...[head, ...rows.map((row) => row[at] ?? '')].map(widestLine)),
  );
  let excess = widths.reduce((sum, one) => sum + one + BETWEEN, 1) - width;
  for (; excess > 0; excess -= 1) {
    const widest = widestOf(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const table = new Table({
    head: columns.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((text, at) => foldedText(text, widths[at] ?? width)));
  return `${table.toString()}\n`;
}

const widestLine = (text: string): number => Math.max(...text.split('\n').map(lengthOf));

/** Of the columns that may be narrowed further. */
function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [at, { foldsTo, head }] of columns.entries()) {
    const own = widths[at] ?? 0;
    if (foldsTo === undefined || own <= Math.max(foldsTo, lengthOf(head))) continue;
    if (widest === undefined || own > (widths[widest] ?? 0)) widest = at;
  }
  return widest;
}
