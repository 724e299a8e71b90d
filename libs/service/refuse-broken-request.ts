import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import { Problem, problemBody } from '#contracts/problems.js';

import { isAnswering } from './connections/bounded-connections.js';
import { isUnhurried } from './long-body.js';

const DETAILS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'The request took too long to arrive.',
  HPE_HEADER_OVERFLOW: 'The headers of the request are too long.',
};

/** Answers what never becomes a whole request: broken HTTP, endless headers, a body that does not come in time. */
export function refuseBrokenRequest({ code = '' }: Error & { readonly code?: string }, socket: Socket): void {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && isUnhurried(socket)) return;
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (isAnswering(socket)) {
    // a second answer within the first would be read as a part of it
    socket.end(() => socket.destroy());
    return;
  }
  const problem = new Problem('invalid-request', DETAILS[code] ?? 'The request is not HTTP as this service reads it.');
  const body = problemBody(problem, randomUUID());
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
