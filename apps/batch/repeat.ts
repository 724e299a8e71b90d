/** Work that goes on until it is stopped. */
export interface Repeating {
  /** Resolves when the step under way has ended; no further one begins. */
  stop(): Promise<void>;
}

/**
 * Repeats a step, one at a time.
 *
 * @param step returns how many milliseconds to rest before the next
 * @param onError a step failed; the next comes after the milliseconds this returns
 */
export function repeat(step: () => Promise<number>, onError: (error: unknown) => number): Repeating {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      // stopped during the step: no rest after it
      if (stopped) resolve();
      else timer = setTimeout(resolve, ms);
    });
  const run = async (): Promise<void> => {
    while (!stopped) await rest(await step().catch(onError));
  };
  const running = run();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      wake();
      return running;
    },
  };
}
