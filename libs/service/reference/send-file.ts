import { HttpStatus } from '@nestjs/common';

import { Problem } from '#contracts/problems.js';

import type { ReferenceFile, ReferenceFiles } from './reference-files.js';
import { PAGE_POLICY } from './reference-page.js';

/** As much of an answer as is set here. */
export interface FileReply {
  status(code: number): FileReply;
  header(name: string, value: string): FileReply;
  send(body?: Buffer): unknown;
}

/** Whoever has it asks whether it is still good: it may be another one after the next release. */
const ASK_AGAIN = 'no-cache';
const A_DAY = 'max-age=86400';

/** What a reader asks for: the ETag of what it has, and where the answer goes. */
export interface Asked {
  readonly known: string | undefined;
  readonly reply: FileReply;
}

export function sendDocument(files: ReferenceFiles, { known, reply }: Asked): void {
  send(files.document, known, reply.header('cache-control', ASK_AGAIN));
}

export function sendPage(files: ReferenceFiles, { known, reply }: Asked): void {
  reply.header('cache-control', ASK_AGAIN).header('content-security-policy', PAGE_POLICY);
  send(files.page, known, reply.header('referrer-policy', 'no-referrer'));
}

/**
 * @param kept by whom it may be kept for a day: by everybody on the way, or by the reader alone
 * @throws Problem `not-found`
 */
export function sendPart(
  files: ReferenceFiles,
  name: string,
  { known, reply }: Asked,
  kept: 'public' | 'private',
): void {
  const part = files.part(name);
  if (part === undefined) throw new Problem('not-found', 'There is nothing at this address.');
  send(part, known, reply.header('cache-control', `${kept}, ${A_DAY}`));
}

function send({ mediaType, bytes, etag }: ReferenceFile, known: string | undefined, reply: FileReply): void {
  reply.header('etag', etag);
  const isKnown = (known ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
  if (isKnown) reply.status(HttpStatus.NOT_MODIFIED).send();
  else reply.header('content-type', mediaType).send(bytes);
}
