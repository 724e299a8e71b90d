/** Maps values of an axis to 0..1 and says where its ticks are. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Ticks of a linear axis, at most. */
const LINEAR_TICKS_MAX = 7;

/** From 0 (or the lowest value, when that is below) to a round number at or above the highest value. */
export function linearScale(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values) || low + 1;
  const step = roundStep((high - low) / LINEAR_TICKS_MAX);
  const [first, last] = [Math.floor(low / step), Math.max(Math.ceil(high / step), Math.floor(low / step) + 1)];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
  return { ticks, at: (value) => (value - first * step) / ((last - first) * step) };
}

/** Over whole steps of 1, 2, 5 in each decade. Values must be above 0. */
export function logScale(values: readonly number[]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const ticks: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high * 10; decade *= 10) {
    ticks.push(...[1, 2, 5].map((factor) => tidy(factor * decade)));
  }
  const from = Math.max(
    0,
    ticks.findLastIndex((tick) => tick <= low),
  );
  const to = ticks.findIndex((tick, index) => tick >= high && index > from);
  const kept = ticks.slice(from, to + 1);
  const [bottom, top] = [Math.log(kept[0] ?? 1), Math.log(kept.at(-1) ?? 10)];
  return { ticks: kept, at: (value) => (Math.log(value) - bottom) / (top - bottom) };
}

/** The next 1, 2 or 5 times a power of ten at or above `step`. */
function roundStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((factor) => factor * decade >= step * (1 - 1e-9)) ?? 10) * decade;
}

/** Without what binary fractions leave behind. */
const tidy = (value: number): number => Number(value.toPrecision(6));
