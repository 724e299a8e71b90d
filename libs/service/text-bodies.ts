import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { Problem } from '#contracts/problems.js';

import { utf8Of } from './utf8.js';

/**
 * Takes bodies of JSON and of plain text, in UTF-8, and no others: neither what web forms send, nor a body that does not say
 * what it is. Members of JSON are looked at by the pipe.
 */
export function acceptTextBodies(app: NestFastifyApplication): void {
  accept(app, 'application/json', jsonOf);
  accept(app, 'text/plain', textOf);
}

function accept(app: NestFastifyApplication, type: string, read: (bytes: Uint8Array) => unknown): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, read(Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error('a body is not read', { cause: error }));
    }
  });
}

/** @throws Problem `invalid-request` */
function jsonOf(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('invalid-request', 'The body must be JSON.');
  }
}

/** @throws Problem `invalid-request` */
function textOf(bytes: Uint8Array): string {
  try {
    return utf8Of(bytes);
  } catch {
    throw new Problem('invalid-request', 'The body must be UTF-8.');
  }
}
