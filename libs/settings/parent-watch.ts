/**
 * Calls `onDisconnect` once when the supervisor that started this process is gone, even by `kill -9`; at once if it
 * already is. Does nothing in a process that no supervisor started.
 */
export function exitWithParent(onDisconnect: () => void): void {
  if (process.send === undefined) return; // no channel: started by hand or by a container
  // nobody reads the log any more; without a listener the next line would end the process before its work is put down
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (!process.connected) {
    onDisconnect();
    return;
  }
  process.once('disconnect', onDisconnect);
  process.channel?.unref(); // watching is no reason to stay alive
}
