import { faultOf, GAIN_MIN, type ChoiceLimits, type MeasuredPoint } from './plan-choice.js';

/** A single image at a time this far below the best capacity: no batch makes that up. */
const HOPELESS = 0.75;
/** This far below, a batch size must have brought something for the next to be tried. */
const BEHIND = 0.9;

/**
 * Why the larger batches of a shape need no measurement; undefined: go on.
 *
 * @param ofShape what was measured of this shape, by batch ascending; at least one
 * @param bestElsewhere most images a second of all other shapes; 0 before the first
 */
export function whyStop(
  ofShape: readonly MeasuredPoint[],
  bestElsewhere: number,
  limits: ChoiceLimits,
): string | undefined {
  const last = ofShape.at(-1);
  if (last === undefined) return undefined;
  const fault = faultOf(last, limits);
  if (fault !== undefined) return `batch ${last.batch} is over the limits already: ${fault}`;
  const share = last.perSecond / bestElsewhere;
  const before = ofShape.at(-2);
  const gains = before === undefined ? share >= HOPELESS : last.perSecond >= before.perSecond * (1 + GAIN_MIN);
  if (gains || !(share < BEHIND)) return undefined;
  const far = `${last.perSecond.toFixed(0)} of ${bestElsewhere.toFixed(0)} images/s`;
  return before === undefined ? `batch 1 does ${far}` : `batch ${last.batch} does ${far} and gains nothing`;
}
