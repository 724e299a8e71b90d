/** Aborted by the first SIGINT, SIGTERM or SIGHUP from now on. A second Ctrl-C ends the process at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort(new StoppedEarly()));
  }
  return stop.signal;
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Somebody stopped it before it was ready. */
class StoppedEarly extends Error {
  override readonly name = 'StoppedEarly';

  constructor() {
    super('stopped before it was ready');
  }
}
