import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([1-9]\d{0,5})([mhd])$/;

/** Milliseconds of a duration such as `90m`, `24h` or `7d`. @throws InvalidArgumentError for what is none */
export function readDuration(text: string): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined) throw new InvalidArgumentError('must be like 90m, 24h or 7d.');
  return Number(count) * unitMs;
}

/** Epoch milliseconds of a time such as `2026-01-31T12:00:00Z`. @throws InvalidArgumentError for what is none */
export function readTime(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('must be a time like 2026-01-31T12:00:00Z.');
  return ms;
}
