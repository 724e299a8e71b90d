import { readFile, writeFile } from 'node:fs/promises';
import { isMissing } from '../models/file.js';
import { JsonField } from '../models/json.js';
import { ModelRefused } from '../models/refused.js';

/** What numbers a tensor was seen to hold. */
export type Range = readonly [low: number, high: number];

/**
 * What an int8 file is made of beside the weights. Committed, because the ranges come from runs of the float32 model,
 * whose last bits differ by processor: with the same table the file has the same bytes on every machine.
 */
export interface Calibration {
  /** How many views the ranges were seen in. */
  readonly views: number;
  /** Operations that stay float32, by the names of their outputs. */
  readonly float: readonly string[];
  /** Of every tensor that is rounded to bytes. */
  readonly ranges: Readonly<Record<string, Range>>;
}

/** Name of the table beside `model.json`. */
export const CALIBRATION_FILE = 'calibration.json';

/** @throws ModelRefused when the table is missing or faulty */
export async function readCalibration(file: string): Promise<Calibration> {
  const faults: string[] = [];
  const root = new JsonField(await parsed(file), '', (path, problem) => faults.push(`${path} ${problem}`.trim()));
  const ranges = root.get('ranges');
  const calibration: Calibration = {
    views: root.get('views').integer(1),
    float: root
      .get('float')
      .items()
      .map((item) => item.text()),
    ranges: Object.fromEntries(ranges.keys().map((name) => [name, readRange(ranges.get(name))])),
  };
  if (faults.length > 0) throw new ModelRefused(file, faults);
  return calibration;
}

/** Writes the table with one range a line. */
export async function writeCalibration(file: string, { views, float, ranges }: Calibration): Promise<void> {
  const lines = Object.entries(ranges).map(([name, [low, high]]) => `${JSON.stringify(name)}: [${low}, ${high}]`);
  const parts = [`"views": ${views}`, `"float": ${listText(float)}`, `"ranges": {\n    ${lines.join(',\n    ')}\n  }`];
  await writeFile(file, `{\n  ${parts.join(',\n  ')}\n}\n`);
}

const LINE_MAX = 120;

/** As Prettier has it: in one line where that is not too long. */
function listText(names: readonly string[]): string {
  const items = names.map((name) => JSON.stringify(name));
  const line = `[${items.join(', ')}]`;
  return `  "float": ${line},`.length <= LINE_MAX ? line : `[\n    ${items.join(',\n    ')}\n  ]`;
}

function readRange(field: JsonField): Range {
  const [low = 0, high = 0, ...more] = field.items().map((item) => item.number());
  if (more.length > 0 || !(low < high)) field.fail('must be a lower and a higher number');
  return [low, high];
}

async function parsed(file: string): Promise<unknown> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    return json;
  } catch (error) {
    if (isMissing(error)) throw new ModelRefused(file, ['is missing']);
    if (error instanceof SyntaxError) throw new ModelRefused(file, [`is not JSON: ${error.message}`]);
    throw error;
  }
}
