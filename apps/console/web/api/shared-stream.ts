/** What was told last, and whether changes come by themselves now. */
export interface Followed<T> {
  readonly value: T | undefined;
  readonly isLive: boolean;
  /** None do, for too many streams are open. */
  readonly isFull?: boolean;
}

/** A stream of server-sent events that the tabs of a browser share. */
export interface Shared {
  /** Of the channel and the lock by which they do so. */
  readonly name: string;
  readonly path: string;
  /** What its events are called: each has all there is to know. */
  readonly event: string;
}

/** A tab that has just been opened asks the others. */
const HELLO = 'hello';
/** After what ended for good, such as too many streams. */
const AGAIN_MS = 15_000;

/**
 * Follows a stream. However many tabs a browser has, one of them holds the connection and tells the others; when it is
 * closed, the next one takes over.
 *
 * @param tell hears JSON of the type that the contract of the route has
 * @returns what ends it
 */
export function followShared<T>(shared: Shared, tell: (state: Followed<T>) => void): () => void {
  const channel = new BroadcastChannel(shared.name);
  const over = new AbortController();
  let last: Followed<T> | undefined;
  const say = (state: Followed<T>): void => {
    last = state;
    tell(state);
    channel.postMessage(state);
  };
  channel.onmessage = ({ data }: MessageEvent<Followed<T> | typeof HELLO>) => {
    if (data !== HELLO) tell(data);
    else if (last !== undefined) channel.postMessage(last);
  };
  channel.postMessage(HELLO);
  navigator.locks
    .request(shared.name, { signal: over.signal }, () => holdStream(shared, say, over.signal))
    // it was ended while another tab had the connection
    .catch(() => undefined);
  return () => {
    over.abort();
    channel.close();
  };
}

/** Keeps a stream open until `over`; after a fault it is opened again. */
function holdStream<T>({ path, event }: Shared, say: (state: Followed<T>) => void, over: AbortSignal): Promise<void> {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let value: T | undefined;
  let isFull = false;
  const open = (): void => {
    const stream = new EventSource(path);
    source = stream;
    stream.addEventListener(event, ({ data }: MessageEvent<string>) => {
      value = JSON.parse(data) as T;
      isFull = false;
      say({ value, isLive: true });
    });
    stream.onerror = () => {
      say({ value, isLive: false, isFull });
      if (stream.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, AGAIN_MS);
      void isRefusedForMany(path, over).then((isRefused) => {
        isFull = isRefused;
        if (isFull) say({ value, isLive: false, isFull });
      });
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

/** What an EventSource does not tell: whether there are too many of them. */
const isRefusedForMany = (path: string, signal: AbortSignal): Promise<boolean> =>
  fetch(path, { method: 'HEAD', signal }).then(
    ({ status }) => status === 429,
    () => false,
  );
