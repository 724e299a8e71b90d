import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';

/** RFC 3339, whose years have four digits. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

const isTime = (value: unknown): value is string => typeof value === 'string' && TIME.test(value);

/** A property that comes as an RFC 3339 time and is a Date. */
export function PointInTime(): PropertyDecorator {
  const read = Transform(({ value }: { value: unknown }) => (isTime(value) ? new Date(value) : value));
  const check = IsDate({ message: 'must be a time like 2026-01-31T12:00:00Z' });
  return (target, name) => {
    for (const decorate of [read, check]) decorate(target, name);
  };
}
