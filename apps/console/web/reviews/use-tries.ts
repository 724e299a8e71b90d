import { useEffect, useState } from 'react';

/** Before each further try: pictures are made one after the other, and a console that is asked for many refuses some. */
const PAUSES_MS = [1_000, 3_000, 9_000];

interface Tries {
  /** It is not there now; there may be another try to come. */
  readonly isFailed: boolean;
  /** As the key of the picture's element: another one asks again. */
  readonly tries: number;
  readonly fail: () => void;
  readonly again: () => void;
}

/** Asks for a picture that did not come a few times more. */
export function useTries(): Tries {
  const [isFailed, setIsFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const pauseMs = PAUSES_MS[tries];
    if (!isFailed || pauseMs === undefined) return undefined;
    const timer = setTimeout(() => {
      setTries(tries + 1);
      setIsFailed(false);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [isFailed, tries]);
  const again = (): void => {
    setTries(0);
    setIsFailed(false);
  };
  return { isFailed, tries, fail: () => setIsFailed(true), again };
}
