import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from '../support/built.js';

/** Far more than the smallest run takes, on a machine that runs other tests, too. */
const RUN_MS_MAX = 300_000;
/** What comes back after the kill comes back sooner than in life; one process is slow enough to be killed in time. */
const SETTINGS = { HEAVY_PROCESSES: '1', HEAVY_LEASE_MS: '3000', SWEEP_MS: '500', LOG_LEVEL: 'warn' };

interface Report {
  readonly promised: readonly {
    readonly what: string;
    readonly measured: number | null;
    readonly met: boolean | null;
  }[];
  readonly data: Record<string, unknown>;
}

let script: string;
let folder: string;
beforeAll(async () => {
  script = (await build())('apps/cli/main.js');
  folder = await mkdtemp(path.join(os.tmpdir(), 'portcullis-bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function bench(...args: string[]): Promise<Report> {
  const options = { env: { ...process.env, ...SETTINGS }, timeout: RUN_MS_MAX };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, 'bench', ...args, '--out', folder, '--json'], options, (failed, out, error) => {
      if (failed === null) resolve(JSON.parse(out) as Report);
      else reject(new Error(error, { cause: failed }));
    });
  });
}

const measuredOf = ({ promised }: Report, what: string): number | null | undefined =>
  promised.find((figure) => figure.what.includes(what))?.measured;

describe('portcullis bench', () => {
  it(
    'warehouse: a small one is killed and resumed, and nothing is lost or doubled',
    async () => {
      const report = await bench('warehouse', '--assets', '32', '--batches', '8', '--variant', 'f32');
      for (const what of ['lost', 'doubled', 'verify']) expect([what, measuredOf(report, what)]).toEqual([what, 0]);
      expect(report.data).toMatchObject({
        backends: [
          {
            summaries: [
              {
                assets: 32,
                outcome: { unlabelled: 0 },
                rates: { wholePerSecond: expect.any(Number), recoveryMs: expect.any(Number) },
              },
            ],
          },
        ],
      });
      expect(await readdir(folder)).toEqual(
        expect.arrayContaining(['warehouse-f32.json', 'warehouse-f32.md', 'warehouse-f32-postgres-finals.svg']),
      );
    },
    RUN_MS_MAX,
  );

  it(
    'bells: the relay takes everything, and a worker finds what was forgotten and what is new by their indices',
    async () => {
      const report = await bench(
        ...['bells', '--assets', '500', '--rounds', '1', '--pending', '20000', '--forgotten', '600'],
      );
      expect(measuredOf(report, 'outbox to workers')).toBeGreaterThan(0);
      expect(measuredOf(report, 'forgotten found')).toBeGreaterThan(0);
      const plans = JSON.stringify(report.data['looks']);
      for (const index of ['pending_final_begun', 'pending_final_fresh']) expect(plans).toContain(index);
    },
    RUN_MS_MAX,
  );
});
