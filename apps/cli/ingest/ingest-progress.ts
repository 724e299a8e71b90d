import { SingleBar } from 'cli-progress';

import type { RunTally } from './run-tally.js';

const BAR_MS = 200;
const LINE_MS = 10_000;

/**
 * Shows how far a run is, on stderr: a bar on a terminal, a line now and then elsewhere.
 *
 * @param expected how many items there were the last time
 * @returns ends it
 */
export function showProgress(tally: RunTally, expected: number): () => void {
  const startedMs = performance.now();
  const handled = (): number => tally.unchanged + tally.allowed + tally.blocked + tally.refused + tally.failed;
  const uploads = (): number => handled() - tally.unchanged;
  const perSecond = (): string => (uploads() / ((performance.now() - startedMs) / 1_000)).toFixed(1);
  if (!process.stderr.isTTY) {
    const timer = setInterval(() => {
      const { listed, blocked, refused, failed } = tally;
      const said = `${handled()} of ${listed} listed, ${uploads()} uploads, ${perSecond()}/s`;
      process.stderr.write(`${said}, ${blocked} blocked, ${refused} refused, ${failed} failed\n`);
    }, LINE_MS);
    return () => clearInterval(timer);
  }
  const format = '{bar} {value}/{total}  {rate}/s  {blocked} blocked  {refused} refused  {failed} failed';
  const bar = new SingleBar({ format, stream: process.stderr });
  const payload = (): object => ({ ...tally, rate: perSecond() });
  const total = (): number => Math.max(tally.listed, expected);
  const draw = (): void => {
    bar.setTotal(total());
    bar.update(handled(), payload());
  };
  bar.start(total(), 0, payload());
  const timer = setInterval(draw, BAR_MS);
  return () => {
    clearInterval(timer);
    draw();
    bar.stop();
  };
}
