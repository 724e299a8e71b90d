/** Work that goes on until it is stopped. */
export interface Repeating {
  /** Resolves when the step under way has ended; no further one begins. */
  stop(): Promise<void>;
}

/** Work whose rest may be ended. */
export interface Wakeable extends Repeating {
  /** The next step begins at once, or as soon as the one under way has ended. */
  wake(): void;
}

/**
 * Repeats a step, one at a time.
 *
 * @param step returns how many milliseconds to rest before the next; 0 for none
 * @param onError a step failed; the next comes after the milliseconds this returns
 */
export function repeat(step: () => Promise<number>, onError: (error: unknown) => number): Wakeable {
  let [stopped, woken] = [false, false];
  let timer: NodeJS.Timeout | undefined;
  let endRest: () => void = () => undefined;
  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      endRest = resolve;
      // stopped or woken during the step: no rest after it
      if (stopped || woken || ms <= 0) resolve();
      else timer = setTimeout(resolve, ms);
    });
  const wake = (): void => {
    woken = true;
    clearTimeout(timer);
    endRest();
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false;
      await rest(await step().catch(onError));
    }
  };
  const running = run();
  return {
    wake,
    stop: () => {
      stopped = true;
      wake();
      return running;
    },
  };
}
