import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TINY, writeTinyModel } from '../faults/fixtures/tiny-model.js';
import { build } from '../support/built.js';

const built = await build();
const SWEEP_MS_MAX = 60_000;
/** EX_CONFIG of sysexits.h. */
const REFUSED = 78;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portcullis-test-plan-'));
  await writeTinyModel(join(home, 'models'), 'mean');
});
afterAll(() => rm(home, { recursive: true }));

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `portcullis plan` on the tiny model, one worker of one thread. */
function plan(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ending> {
  const env = {
    PORTCULLIS_HOME: home,
    MODEL_ROOT: join(home, 'models'),
    FAST_MODEL: TINY,
    FAST_SLO_MS: '60000',
    FAST_PROCESSES: '1',
    FAST_THREADS: '1',
    ...more,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [built('apps/cli/main.js'), 'plan', ...args],
      { env, timeout: SWEEP_MS_MAX },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('portcullis plan', () => {
  it(
    'measures once, keeps it, and shows it as JSON and in words',
    async () => {
      const first = await plan(['--json']);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(first.stdout)).toMatchObject({ tier: 'fast', cached: false, chosen: { modelRef: TINY } });
      const second = await plan([]);
      expect(second.code).toBe(0);
      expect(second.stdout).toMatch(/> 1 × 1 .*Chosen: 1 process of 1 thread, .*and kept since/s);
      expect(JSON.parse((await plan(['--json', '--fresh'])).stdout)).toMatchObject({ cached: false });
    },
    2 * SWEEP_MS_MAX,
  );

  it(
    'refuses a batch that cannot keep the promise',
    async () => {
      const { code, stderr } = await plan([], { FAST_BATCH_MAX: '16', FAST_SLO_MS: '20' });
      expect(stderr).toMatch(/^FAST_BATCH_MAX=16 cannot be served .* more than the promised 20 ms; .*legal/);
      expect(code).toBe(REFUSED);
    },
    SWEEP_MS_MAX,
  );

  it('has nothing to measure where the model runs elsewhere', async () => {
    const { code, stderr } = await plan([], { FAST_INFERENCE_URL: 'http://127.0.0.1:1' });
    expect(stderr).toContain('FAST_INFERENCE_URL is set');
    expect(code).toBe(REFUSED);
  });
});
