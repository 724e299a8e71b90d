import type { LiveQueue } from '#contracts/review-answer.js';

/** What waits, and whether changes come by themselves now. */
export interface LiveState {
  readonly counts: LiveQueue['counts'] | undefined;
  readonly isLive: boolean;
}

type Say = (state: LiveState) => void;

const NAME = 'portcullis-live';
/** A tab that has just been opened asks the others. */
const HELLO = 'hello';
/** After what ended for good, such as too many streams. */
const AGAIN_MS = 15_000;

/**
 * Follows what waits in the queue. However many tabs a browser has, one of them holds the connection and tells the others;
 * when it is closed, the next one takes over.
 *
 * @returns what ends it
 */
export function followQueue(tell: Say): () => void {
  const channel = new BroadcastChannel(NAME);
  const over = new AbortController();
  let last: LiveState | undefined;
  const say = (state: LiveState): void => {
    last = state;
    tell(state);
    channel.postMessage(state);
  };
  channel.onmessage = ({ data }: MessageEvent<LiveState | typeof HELLO>) => {
    if (data !== HELLO) tell(data);
    else if (last !== undefined) channel.postMessage(last);
  };
  channel.postMessage(HELLO);
  navigator.locks
    .request(NAME, { signal: over.signal }, () => holdStream(say, over.signal))
    // it was ended while another tab had the connection
    .catch(() => undefined);
  return () => {
    over.abort();
    channel.close();
  };
}

/** Keeps a stream open until `over`; after a fault it is opened again. */
function holdStream(say: Say, over: AbortSignal): Promise<void> {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let counts: LiveState['counts'];
  const open = (): void => {
    const stream = new EventSource('/api/live');
    source = stream;
    stream.addEventListener('queue', ({ data }: MessageEvent<string>) => {
      ({ counts } = JSON.parse(data) as LiveQueue);
      say({ counts, isLive: true });
    });
    stream.onerror = () => {
      say({ counts, isLive: false });
      if (stream.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
    };
  };
  open();
  return new Promise((resolve) => {
    over.addEventListener('abort', () => {
      source?.close();
      clearTimeout(again);
      resolve();
    });
  });
}
