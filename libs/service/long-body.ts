import type { Socket } from 'node:net';

/** Connections whose request may take longer to arrive than others; whoever lets them says for how long. */
const unhurried = new WeakSet<Socket>();

/**
 * Lets the request on this connection take up to `msMax` to arrive, whatever the service's limit for all others is.
 *
 * @returns to be called when it is there
 */
export function allowLongBody(socket: Socket, msMax: number): () => void {
  unhurried.add(socket);
  const limit = setTimeout(() => socket.destroy(), msMax);
  return () => {
    clearTimeout(limit);
    unhurried.delete(socket);
  };
}

export const isUnhurried = (socket: Socket): boolean => unhurried.has(socket);
