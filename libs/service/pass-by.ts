import type { Readable } from 'node:stream';

const ignore = (): void => undefined;

/**
 * Lets the rest of a stream go by unread, whoever has read or piped its beginning and gone away. Of a request's body that
 * is needed for its connection to go on: what stays unread keeps the next request from being seen.
 */
export function passBy(stream: Readable): void {
  // whoever read its beginning may still listen, and a stream that is listened to so does not flow
  stream.removeAllListeners('readable');
  stream.unpipe();
  // Taking listeners away makes Node look anew, a tick later, whether the stream is to flow: with nobody who takes data it
  // stops one that was resumed before.
  stream.on('data', ignore);
  stream.resume();
}
