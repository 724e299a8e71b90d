const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const few = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const finePercent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });
/** Nearer to nothing or to all, a decimal more tells them apart. */
const FINE = 0.01;
/** More is below what a model's score can tell. */
const DECIMALS_MAX = 9;

/** A number of things. */
export const counted = (number: number): string => whole.format(number);

/** A number that is no count: three digits, and all before the point. */
export const amount = (number: number): string => (Math.abs(number) < 1_000 ? few : whole).format(number);

/** A share, 0..1. */
export function shareText(share: number): string {
  const isFine = (share > 0 && share < FINE) || (share < 1 && share > 1 - FINE);
  return (isFine ? finePercent : percent).format(share);
}

/** A score or threshold as people write it: with a point, in every language, for it goes into fields and policies. */
export const scoreText = (score: number): string => score.toFixed(DECIMALS_MAX).replace(/(\.\d\d\d*?)0+$/, '$1');

/** Money of small amounts too. @param currency as ISO 4217 has it, or whatever the settings say */
export const money = (number: number, currency: string): string => `${amount(number)} ${currency}`;

/** What somebody typed as a score; NaN where it is none. A comma may stand for the point. */
export function scoreOf(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
}
