import { InvalidArgumentError } from 'commander';

const RATE = /^(\d{1,6}(?:\.\d{1,3})?)\/([smh])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** A rate such as `20/s` or `100/m`, per second. @throws InvalidArgumentError for what is none */
export function readRate(text: string): number {
  const [, count = '', unit = ''] = RATE.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (seconds === undefined || Number(count) === 0)
    throw new InvalidArgumentError('must be like 20/s, 100/m or 500/h.');
  return Number(count) / seconds;
}
