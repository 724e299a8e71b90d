import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { expect, it } from '@jest/globals';

import { checkAnswers, whyUndecided } from './check-answers.js';
import type { RunLog } from './run-log.js';
import { summariseRun } from './summarise-run.js';

async function listening(): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => response.writeHead(404).end('nothing here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}` };
}

it('a server that answers, whatever it says, is one; an address without one is named', async () => {
  const { server, url } = await listening();
  await checkAnswers(url);
  server.close();
  await once(server, 'close');
  await expect(checkAnswers(url)).rejects.toThrow(`nothing answers at ${url} (ECONNREFUSED)`);
});

it('a service that decides nothing is told of in words', () => {
  const log: RunLog = {
    latencyMs: Float64Array.of(3, Number.NaN, Number.NaN),
    lagMs: new Float64Array(3),
    outcome: Uint8Array.of(1, 3, 3),
    failures: { 'status 401': 2 },
    cpuMs: 1,
  };
  const summary = summariseRun(Float64Array.of(0, 1, 2), log, { fromMs: 0, toMs: 10 }, { sloMs: 300, lagMsMax: 20 });
  expect(whyUndecided(summary)).toBe(
    'the fast tier decides nothing: of 3 uploads without load, 1 were given the policy’s default; ' +
      '2 failed: status 401 (is --key the secret of a key of that installation?)',
  );
});
