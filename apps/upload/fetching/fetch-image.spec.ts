import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';
import { allow } from '#fetching/url-guard.js';
import { craftPng, zeroImageData } from '#imaging/craft-png.js';
import { AssetFiles } from '#storage/asset-files.js';

import { fetchImage, type ImageFetching } from './fetch-image.js';
import { fetchSlots, hostSlots } from './fetch-slots.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const CAP = 1_000;
const HEADER = { width: 2, height: 2, bitDepth: 8, colourType: 2 } as const;
const IMAGE = craftPng(HEADER, [zeroImageData(HEADER)]);
/** A name that is answered for when this resolves. */
let slowName: Promise<void> = Promise.resolve();
const FETCHING: ImageFetching = {
  web: {
    resolve: async (name) => {
      if (name === 'dead.example') await slowName;
      return name === 'inside.example' ? ['10.0.0.1'] : ['127.0.0.1'];
    },
    allowances: allow(['127.0.0.0/8'], [{ first: 1_024, last: 65_535 }]),
    totalMs: 5_000,
  },
  slots: fetchSlots(),
  hosts: hostSlots(),
};

let server: Server;
let root: string;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fetch-image-'));
  server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(() => new AssetFiles(root).remove(ID));

async function stored(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function fetchFrom(name = 'images.example', clientId = 'client'): Promise<string> {
  const url = `http://${name}:${(server.address() as AddressInfo).port}/a`;
  try {
    const options = { files: new AssetFiles(root), assetBytesMax: CAP };
    return (await fetchImage(url, clientId, ID, options, FETCHING)).mediaType;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('an image by its address', () => {
  it('is stored', async () => {
    answer = (response) => void response.end(IMAGE);
    expect([await fetchFrom(), await stored()]).toEqual(['image/png', [ID]]);
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ['is no image', 'unsupported-media', (response) => void response.end('<html>')],
    ['is empty', 'empty-body', (response) => void response.end()],
    ['says it is too large', 'too-large', (response) => void response.end(Buffer.concat([IMAGE, Buffer.alloc(CAP)]))],
    [
      'is too large and does not say so',
      'too-large',
      (response) => {
        response.write(IMAGE);
        response.end(Buffer.alloc(CAP));
      },
    ],
    ['is not there', 'url-unreachable', (response) => void response.writeHead(404).end()],
    [
      'breaks off',
      'url-unreachable',
      (response) => {
        response.writeHead(200, { 'content-length': '900' }).write(IMAGE);
        setImmediate(() => response.destroy());
      },
    ],
  ])('that %s is refused as %s, and nothing is left', async (_case, code, next) => {
    answer = next;
    expect([await fetchFrom(), await stored()]).toEqual([code, []]);
  });

  it('of a host that hangs takes three eighths of all places, whoever names it, and others have theirs', async () => {
    let end: () => void = () => undefined;
    slowName = new Promise((resolve) => (end = resolve));
    answer = (response) => void response.writeHead(404).end();
    const stuck = Array.from({ length: 24 }, (_, index) => fetchFrom('Dead.Example.', `client ${index % 4}`));
    expect(await fetchFrom('dead.example', 'another')).toBe('overloaded');
    expect(await fetchFrom('images.example', 'another')).toBe('url-unreachable');
    end();
    expect(await Promise.all(stuck)).toEqual(stuck.map(() => 'url-unreachable'));
    expect(await fetchFrom('dead.example', 'another')).toBe('url-unreachable');
  });

  it('of a host that one client has as many of under way as it may is fetched for another', async () => {
    let end: () => void = () => undefined;
    slowName = new Promise((resolve) => (end = resolve));
    answer = (response) => void response.writeHead(404).end();
    const stuck = Array.from({ length: 16 }, () => fetchFrom('dead.example', 'one client'));
    expect(await fetchFrom('dead.example', 'one client')).toBe('overloaded');
    const fetched = fetchFrom('dead.example', 'another');
    end();
    expect(await fetched).toBe('url-unreachable');
    await Promise.all(stuck);
  });

  it('inside is answered as one that there is not: nothing is said about where it leads', async () => {
    const problem = await fetchImage(
      'http://inside.example/',
      'client',
      ID,
      { files: new AssetFiles(root), assetBytesMax: CAP },
      FETCHING,
    ).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'url-unreachable', detail: expect.not.stringContaining('10.0') });
  });
});
