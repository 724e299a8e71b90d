import 'reflect-metadata';

import { Agent, request } from 'node:http';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import pino from 'pino';

import { PlainText } from '#contracts/plain-text.js';
import { PROBLEMS, type ProblemBody, type ProblemCode } from '#contracts/problems.js';

import { sendRaw } from '../../test/support/raw-request.js';
import { Open } from './api-key.guard.js';
import { createHttpService, listen } from './http-service.js';

class Note {
  @PlainText(10)
  note!: string;
}

@Controller('notes')
@Open()
class Notes {
  @Get()
  list(@Query() { note }: Note): object {
    return { note };
  }

  @Post()
  write(@Body() { note }: Note): object {
    return { note };
  }

  @Post('text')
  text(@Body() body: unknown): object {
    return { body };
  }

  /** Its head is out, and no more. */
  @Get('begun')
  begun(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('begun');
  }
}

let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const log = pino({ level: 'silent' });
  app = await createHttpService({ module: class {}, controllers: [Notes] }, { log, requestMsMax: 60_000 });
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}`;
});
afterAll(() => app.close());

type Piece = string | Uint8Array;

const HEAD = 'host: a\r\nconnection: close';
const get = (target: string, headers = HEAD): Piece[] => [`GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`];
const ask = (method: string, target: string): Piece[] => [`${method} ${target} HTTP/1.1\r\n${HEAD}\r\n\r\n`];

function post(body: Piece, headers = 'content-type: application/json', path = '/notes'): Piece[] {
  const length = Buffer.byteLength(body);
  return [`POST ${path} HTTP/1.1\r\n${HEAD}\r\n${headers}\r\ncontent-length: ${length}\r\n\r\n`, body];
}

const REFUSED: [string, ProblemCode, Piece[]][] = [
  ['no host', 'invalid-request', get('/notes?note=a', 'connection: close')],
  ['two hosts', 'invalid-request', get('/notes?note=a', `${HEAD}\r\nhost: b`)],
  ['a tunnel', 'invalid-request', ['CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n']],
  ['no HTTP', 'invalid-request', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n']],
  ['HTTP of another age', 'invalid-request', ['GET /notes\r\n\r\n']],
  ['an unknown method', 'invalid-request', ask('BREW', '/notes')],
  ['a method that nothing here has', 'not-found', ask('PROPFIND', '/notes')],
  ['DELETE', 'not-found', ask('DELETE', '/notes')],
  ['TRACE', 'not-found', ask('TRACE', '/notes')],
  ['OPTIONS', 'not-found', ask('OPTIONS', '/notes')],
  ['OPTIONS of everything', 'not-found', ask('OPTIONS', '*')],
  ['endless headers', 'invalid-request', get('/notes', `${HEAD}\r\nx: ${'a'.repeat(20_000)}`)],
  ['a thousand headers', 'invalid-request', get('/notes', `${HEAD}\r\n${'a: b\r\n'.repeat(3_000)}c: d`)],
  ['a header with a line end', 'invalid-request', get('/notes', `${HEAD}\r\nx: a\n b: c\r\n\0: d`)],
  ['a long address', 'not-found', get(`/${'a'.repeat(15_000)}`)],
  ['an endless address', 'invalid-request', get(`/${'a'.repeat(20_000)}`)],
  ['an address that climbs', 'not-found', get('/../../etc/passwd')],
  ['an address that climbs in secret', 'not-found', get('/%2e%2e/%2e%2e/etc/passwd')],
  ['an address with backslashes', 'not-found', get('/..\\..\\etc\\passwd')],
  ['an address with NUL', 'not-found', get('/notes%00')],
  ['an address with a second slash', 'not-found', get('//notes')],
  ['a broken escape in the path', 'invalid-request', get('/notes%zz')],
  ['bytes in the path that are no text', 'invalid-request', get('/notes/%ff')],
  ['bytes in the query that are no text', 'invalid-request', get('/notes?note=%ff')],
  ['a query that says a thing twice', 'invalid-request', get('/notes?note=a&note=b')],
  ['a query with a method of objects', 'invalid-request', get('/notes?note=a&__proto__=b')],
  ['a form', 'unsupported-media', post('note=a', 'content-type: application/x-www-form-urlencoded')],
  ['a form with files', 'unsupported-media', post('--a--', 'content-type: multipart/form-data; boundary=a')],
  ['XML', 'unsupported-media', post('<note/>', 'content-type: application/xml')],
  ['a type that is none', 'unsupported-media', post('{}', 'content-type: json')],
  ['no type', 'unsupported-media', post('{"note":"a"}', 'x: y')],
  ['text where JSON is taken', 'invalid-request', post('{"note":"a"}', 'content-type: text/plain')],
  ['nothing', 'invalid-request', post('')],
  ['no JSON', 'invalid-request', post('{"note":')],
  ['a list', 'invalid-request', post('[]')],
  ['a text', 'invalid-request', post('"note"')],
  ['JSON in Latin-1', 'invalid-request', post(Buffer.from('{"note":"é"}', 'latin1'))],
  ['JSON in UTF-16', 'invalid-request', post(Buffer.from('{"note":"é"}', 'utf16le'))],
  ['text in Latin-1', 'invalid-request', post(Buffer.from('é', 'latin1'), 'content-type: text/plain', '/notes/text')],
  [
    'JSON in gzip',
    'invalid-request',
    post(gzipSync('{"note":"a"}'), 'content-type: application/json\r\ncontent-encoding: gzip'),
  ],
  ['deep JSON', 'invalid-request', post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ['deep JSON in a member', 'invalid-request', post(`{"note":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`)],
  ['a prototype', 'invalid-request', post('{"note":"a","__proto__":{"admin":true}}')],
  ['a constructor', 'invalid-request', post('{"note":"a","constructor":{"prototype":{}}}')],
  ['too much', 'too-large', post(`{"note":"${'a'.repeat(300_000)}"}`)],
  ['two lengths', 'invalid-request', post('{}', 'content-type: application/json\r\ncontent-length: 3')],
  ['a length and pieces', 'invalid-request', post('0\r\n\r\n', 'transfer-encoding: chunked')],
  [
    'pieces that are none',
    'invalid-request',
    [
      `POST /notes HTTP/1.1\r\n${HEAD}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
      'zz\r\n',
    ],
  ],
];

describe('a service answers with a problem', () => {
  it.each(REFUSED)('%s: %s', async (_case, code, pieces) => {
    const { status, type, body } = await sendRaw(url, { pieces });
    expect(body).not.toBe('');
    const problem = JSON.parse(body) as ProblemBody;
    expect([problem.code, status, type]).toEqual([
      code,
      PROBLEMS[code].status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).not.toMatch(/node_modules|FST_|HPE_|SyntaxError|passwd/);
  });

  it('and still takes what is fine', async () => {
    const fine: [Piece[], unknown][] = [
      [get('/notes?note=caf%C3%A9'), { note: 'café' }],
      [get('http://a/notes?note=a'), { note: 'a' }],
      [get('/notes?note=a', `${HEAD}\r\nexpect: the-worst`), { note: 'a' }],
      [get('/notes?note=a', `${HEAD}\r\nupgrade: websocket\r\nsec-websocket-version: 13`), { note: 'a' }],
      [['GET /notes?note=a HTTP/1.0\r\n\r\n'], { note: 'a' }],
      [post('{"note":"é�"}'), { note: 'é�' }],
      [post('\ufeff{"note":"a"}', 'content-type: application/json; charset=utf-8'), { note: 'a' }],
      [post('aé', 'content-type: text/plain', '/notes/text'), { body: 'aé' }],
    ];
    for (const [pieces, answer] of fine) {
      const { body } = await sendRaw(url, { pieces });
      expect(JSON.parse(body)).toEqual(answer);
    }
  });

  it('to HEAD without a body, and goes on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const head = (path: string): Promise<unknown[]> =>
      new Promise((resolve, reject) => {
        const asking = request(`${url}${path}`, { method: 'HEAD', agent }, (answer) => {
          answer.resume().on('end', () => resolve([answer.statusCode, answer.headers['content-type']]));
        });
        asking.on('error', reject).end();
      });
    expect(await head('/nothing')).toEqual([404, 'application/problem+json; charset=utf-8']);
    expect(await head('/notes?note=a')).toEqual([200, 'application/json; charset=utf-8']);
    agent.destroy();
  });

  it('but never within an answer that has begun', async () => {
    const { status, body } = await sendRaw(url, { pieces: [...get('/notes/begun', 'host: a'), 'no request\r\n\r\n'] });
    expect([status, body]).toEqual([200, expect.stringMatching(/^5\r\nbegun\r\n$/)]);
  });
});
