/** As much of an answer and its connection as is looked at. */
export interface Answering {
  readonly socket: { readonly bytesWritten: number; readonly writableLength: number } | null;
  /** Bytes that have yet to be taken. */
  readonly writableLength: number;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

const LOOKS = 4;

/**
 * Breaks a connection whose reader takes nothing of an answer for `unreadMs`, or up to a quarter longer, though there is
 * something to take. One that reads slowly is left alone.
 */
export function dropUnread(answer: Answering, unreadMs: number): void {
  let takenBefore = -1;
  let idleLooks = 0;
  const look = (): void => {
    const { socket, writableLength } = answer;
    // what waits to be sent is counted as written, too
    const taken = socket === null ? 0 : socket.bytesWritten - socket.writableLength;
    idleLooks = writableLength > 0 && taken === takenBefore ? idleLooks + 1 : 0;
    takenBefore = taken;
    if (idleLooks >= LOOKS) answer.destroy();
  };
  const looking = setInterval(look, unreadMs / LOOKS);
  answer.once('close', () => clearInterval(looking));
}
