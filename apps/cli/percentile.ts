/** The nearest-rank percentile, to a hundredth; NaN of nothing. @param share 0..1 */
export function percentile(values: readonly number[], share: number): number {
  const inOrder = [...values].sort((a, b) => a - b);
  const value = inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? Number.NaN;
  return Math.round(value * 100) / 100;
}
