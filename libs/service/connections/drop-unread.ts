/** As much of a connection as is looked at. */
export interface Sending {
  /** What waits to be sent is counted, too. */
  readonly bytesWritten: number;
  /** Bytes that have yet to be taken. */
  readonly writableLength: number;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

const LOOKS = 4;

/**
 * Breaks a connection whose reader takes nothing for `unreadMs`, or up to a quarter longer, though there is something to
 * take. One that reads slowly is left alone.
 */
export function dropUnread(connection: Sending, unreadMs: number): void {
  let takenBefore = -1;
  let idleLooks = 0;
  const look = (): void => {
    const { bytesWritten, writableLength } = connection;
    const taken = bytesWritten - writableLength - queuedBytes(connection);
    idleLooks = writableLength > 0 && taken === takenBefore ? idleLooks + 1 : 0;
    takenBefore = taken;
    if (idleLooks >= LOOKS) connection.destroy();
  };
  const looking = setInterval(look, unreadMs / LOOKS);
  connection.once('close', () => clearInterval(looking));
}

/** What the system has yet to take of what is being written: until all of it is taken, Node counts it as not taken at all. */
function queuedBytes(connection: Sending): number {
  const handle: unknown = Reflect.get(connection, '_handle');
  const size: unknown =
    typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : undefined;
  return typeof size === 'number' ? size : 0;
}
