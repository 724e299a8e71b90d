import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { silentConnections } from './silent-connections.js';

describe('connections that nothing has come over', () => {
  it('end with the server, and one that is being answered does not', async () => {
    const asked: ServerResponse[] = [];
    const server = createServer((_request, response) => void asked.push(response));
    const endSilent = silentConnections(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1', () => half.write('GET / HTTP/1.1\r\nHost: he'));
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    const answered = fetch(`http://127.0.0.1:${port}/`);
    await once(server, 'request');

    const closed = once(server, 'close');
    server.close();
    const ends = [silent, half].map((socket) => once(socket, 'close'));
    endSilent();
    await Promise.all(ends);
    asked[0]?.end('late');
    expect(await (await answered).text()).toBe('late');
    server.closeIdleConnections();
    await closed;
  });
});
