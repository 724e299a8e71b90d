/** A number with its thousands apart. */
export const countText = (count: number): string => count.toLocaleString(undefined);

/** A difference with its sign; `no change` for none. */
export const moreText = (more: number): string =>
  more === 0 ? 'no change' : `${more > 0 ? '+' : '−'}${countText(Math.abs(more))}`;

/** A share of a whole: `0.4 %`; fewer than a thousandth are told apart from none. */
export function shareText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (100 * part) / whole;
  return percent < 0.1 ? 'under 0.1 %' : `${percent.toFixed(1)} %`;
}
