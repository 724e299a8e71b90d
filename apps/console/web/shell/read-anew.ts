/** Many changes at once are one reading. */
const SETTLE_MS = 250;

interface Reading {
  /** Something has changed. */
  readonly ask: () => void;
  readonly end: () => void;
}

/**
 * Reads a moment after each change, one reading at a time: one that is under way is never given up for the next, for where
 * changes come faster than a long queue is read, none would end.
 */
export function readAnew(read: () => Promise<unknown>): Reading {
  const now = { isReading: false, isAsked: false, isOver: false };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (): void => {
    now.isAsked = true;
    if (now.isReading || now.isOver) return;
    clearTimeout(timer);
    timer = setTimeout(() => void go(), SETTLE_MS);
  };
  const go = async (): Promise<void> => {
    Object.assign(now, { isReading: true, isAsked: false });
    await read().catch(() => undefined);
    now.isReading = false;
    if (now.isAsked) ask();
  };
  const end = (): void => {
    now.isOver = true;
    clearTimeout(timer);
  };
  return { ask, end };
}
