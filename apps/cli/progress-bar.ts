import { SingleBar } from 'cli-progress';

export interface Progress {
  readonly show: (done: number, total: number) => void;
  readonly end: () => void;
}

/** A progress bar on a terminal's stderr; silent where nobody watches. */
export function progressBar(what: string): Progress {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `${what.padEnd(10)} {bar} {value}/{total}  {eta_formatted}`,
    stream: process.stderr,
  });
  let started = false;
  return {
    show: (done, total) => {
      if (!started) bar.start(total, done);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}
