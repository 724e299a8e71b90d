import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { TcpProxy } from './tcp-proxy.js';

/** More than sockets hold on their way. */
const MANY_BYTES = 3_000_000;

let echo: Server;
let proxy: TcpProxy;
let heard: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  heard = 0;
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.length;
      socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const { port } = echo.address() as AddressInfo;
  proxy = await TcpProxy.before(`tcp://127.0.0.1:${port}`);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

/** A connection by way of the proxy, and how many bytes came back on it. */
async function open(): Promise<{ readonly socket: Socket; received: number }> {
  const { hostname, port } = new URL(proxy.through('tcp://somewhere:1'));
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  const line = { socket, received: 0 };
  socket.on('data', (bytes) => (line.received += bytes.length));
  await once(socket, 'connect');
  return line;
}

/** Sends and has back so many bytes. */
async function echoes(line: { readonly socket: Socket; received: number }, bytes: number): Promise<void> {
  const before = line.received;
  line.socket.write(Buffer.alloc(bytes));
  await eventually('the echo', () => line.received === before + bytes);
}

describe('a proxy', () => {
  it('passes both ways, and an end as well', async () => {
    const line = await open();
    await echoes(line, MANY_BYTES);
    line.socket.end();
    await once(line.socket, 'close');
    await eventually('no connection is left', () => proxy.connections === 0);
  });

  it('delays', async () => {
    const line = await open();
    await echoes(line, 1);
    proxy.delay(60);
    const startedMs = performance.now();
    await echoes(line, 1);
    // a timer may fire a millisecond early; there and back are two of them
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(118);
  });

  it('stands still after so many pieces, and then brings what has waited', async () => {
    const line = await open();
    await echoes(line, 1);
    const still = proxy.standStill(1);
    line.socket.write('x');
    await still;
    // one piece went there, and its echo waits
    expect([heard, line.received]).toEqual([2, 1]);
    await proxy.pass();
    await eventually('the echo comes', () => line.received === 2);
    await echoes(line, MANY_BYTES);
  });

  it('loses what has waited when it is cut meanwhile, and passes what comes', async () => {
    const line = await open();
    const still = proxy.standStill(0);
    line.socket.write('lost');
    await still;
    const broken = once(line.socket, 'error');
    proxy.cut();
    await broken;
    await echoes(await open(), 1);
    expect(heard).toBe(1);
  });

  it('cuts what there is and passes what comes', async () => {
    const line = await open();
    await echoes(line, 1);
    const broken = once(line.socket, 'error');
    proxy.cut();
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    await echoes(await open(), 1);
  });

  it('swallows: nobody hears anything, and what was lost stays lost', async () => {
    const old = await open();
    await echoes(old, 1);
    proxy.swallow();
    const young = await open();
    for (const { socket } of [old, young]) socket.write('anybody?');
    old.socket.end();
    await proxy.pass();
    await echoes(await open(), 1);
    expect([old.received, young.received, heard]).toEqual([1, 0, 2]);
    expect([old.socket.readableEnded, young.socket.readableEnded]).toEqual([false, false]);
  });

  it('refuses new connections while those it has go on', async () => {
    const line = await open();
    await echoes(line, 1);
    await proxy.refuse();
    await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await echoes(line, 1);
    await proxy.pass();
    await echoes(await open(), 1);
  });
});
