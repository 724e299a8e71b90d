import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections over which no request has come yet. Node takes them for busy ones and stops counting their time when the
 * server closes, so that one of them would hold the end of the service up for as long as its client likes.
 *
 * @returns ends them, and those that still come; called when the server closes
 */
export function silentConnections(server: Server): () => void {
  const silent = new Set<Socket>();
  let ended = false;
  server.on('connection', (socket: Socket) => {
    if (ended) return void socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  return () => {
    ended = true;
    for (const socket of silent) socket.destroy();
  };
}
