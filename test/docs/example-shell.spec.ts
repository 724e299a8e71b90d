import { expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { ExampleShell } from './example-shell.js';

it('a stream that does not begin in its moment is read for longer', async () => {
  let asked = 0;
  const server = createServer((_, reply) => {
    asked += 1;
    if (asked > 1) reply.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: x\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-shell-'));
  const shell = await ExampleShell.open({ folder, environment: {}, main: 'none' });
  const url = `http://127.0.0.1:${port}/`;
  const { code, out, exchanges } = await shell.run(`curl -N ${url}`);
  expect({ code, out }).toEqual({ code: 0, out: 'id: x\n\n' });
  expect(exchanges).toMatchObject([{ method: 'GET', url, status: 200, contentType: 'text/event-stream' }]);
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
