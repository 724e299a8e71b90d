import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { consumerFaults, type Platform } from '../../test/support/consumer-faults.js';

const run = promisify(execFile);
const HERE = import.meta.dirname;
/** Of everything together, minified and gzipped. */
const BYTES_MAX = 10_000;
const BUILD_MS_MAX = 120_000;

/** What every consumer may write, whichever the platform. `true`: it compiles. */
const USES: readonly (readonly [line: string, compiles: boolean])[] = [
  [`import { OverloadedError, Portcullis, webhooks, type Asset, type Progress } from 'portcullis-client';`, true],
  [`import type { EventOptions, ImageSource, SubmitOptions, WebhookEvent } from 'portcullis-client';`, true],
  [`declare const portcullis: Portcullis; declare const asset: Asset; declare const event: WebhookEvent;`, true],
  [`declare const progress: Progress; declare const error: unknown; declare const maybe: string | undefined;`, true],
  [
    `new Portcullis({ url: new URL('https://a.example'), key: 'k', timeoutMs: maybe === undefined ? undefined : 1 });`,
    true,
  ],
  [`new Portcullis({ url: 'https://a.example' });`, false],
  [
    `const sources: ImageSource[] = [new Blob([]), new Uint8Array(1), new ArrayBuffer(1), new URL('https://a.example')];`,
    true,
  ],
  [
    `void portcullis.submit(sources[0]!, { externalId: maybe, class: 'urgent', metadata: { page: 3, cover: true } });`,
    true,
  ],
  [
    `void portcullis.submit(new Blob([]).stream(), { signal: AbortSignal.timeout(1), onProgress: () => undefined });`,
    true,
  ],
  [`void portcullis.submit({ bytes: 3, open: async () => new Blob(['abc']).stream() });`, true],
  [`void portcullis.submit('cat.jpg');`, false],
  [`void portcullis.submit({ url: 3 });`, false],
  [`void portcullis.submit(new Blob([]), { class: 'soon' });`, false],
  [`void portcullis.submit(new Blob([]), { externalID: 'x' });`, false],
  [`void portcullis.submit(new Blob([]), { metadata: { tags: ['a'] } });`, false],
  [`void portcullis.submit(new Blob([]), { deadlineMs: '300' });`, false],
  [`const shown: boolean = asset.served; const why: string[] = asset.decision.reasons.map(({ code }) => code);`, true],
  [`asset.served = true;`, false],
  [`asset.decision.reasons.push({ code: 'shed' });`, false],
  [`if (asset.decision.verdict === 'blocked') throw error;`, false],
  [`const length: number = asset.transition.length;`, false],
  [`const late: boolean = asset.transition === 'late_block';`, true],
  [`const sent: number = progress.state === 'sending' ? progress.sentBytes : 0;`, true],
  [`const unsafe: number = progress.sentBytes;`, false],
  [`for await (const { id } of portcullis.list({ stage: 'final', receivedFrom: new Date(0) })) void id.length;`, true],
  [`void portcullis.list({ stage: 'late' });`, false],
  [`void portcullis.list({ receivedFrom: '2026-01-01' });`, false],
  [`for (const one of portcullis.list()) void one;`, false],
  [`for await (const { data } of portcullis.events({ types: ['asset.final'] })) void data.current.served;`, true],
  [`const options: EventOptions = { types: ['asset.gone'] };`, false],
  [`void portcullis.batches.submit(new Blob([]), 'application/zip');`, true],
  [`void portcullis.batches.submit(new Blob([]), 'image/jpeg');`, false],
  [`void portcullis.batches.submitUrls([{ externalId: 'x' }]);`, false],
  [`void portcullis.webhooks.create({ url: 'https://a.example/', types: ['asset.superseded'] });`, true],
  [`void portcullis.webhooks.change('a', { state: 'paused' });`, false],
  [`void portcullis.webhooks.deliveries('a', { state: 'lost' });`, false],
  [`void webhooks.verify('{}', { 'webhook-id': maybe }, ['whsec_a', 'whsec_b']).then(({ type }) => type);`, true],
  [`void webhooks.verify('{}', {});`, false],
  [`const name: string | null = 'assetId' in event.data ? event.data.externalId : null;`, true],
  [`const untold: string | null = event.data.externalId;`, false],
  [`const waitMs: number = error instanceof OverloadedError ? (error.retryAfterMs ?? 0) : 0;`, true],
  [`const code: number = error instanceof OverloadedError ? error.code : 0;`, false],
  [`void portcullis.waitForFinal('a', { onDecision: ({ decision }) => decision.revision.toFixed() });`, true],
  [`void portcullis.waitForFinal(asset);`, false],
  [`void portcullis.connection;`, false],
  [`const late2: SubmitOptions = { retries: 3 };`, false],
];
/** What they may write on one platform only. */
const USES_OF: Readonly<Record<Platform, typeof USES>> = {
  node: [
    [`import { createReadStream } from 'node:fs';`, true],
    [`import { file } from 'portcullis-client/node';`, true],
    [`import { Connection } from 'portcullis-client/connection.js';`, false],
    [`void portcullis.submit(await file('cat.jpg')); void portcullis.submit(createReadStream('cat.jpg'));`, true],
    [`void portcullis.submit(Buffer.from('x'));`, true],
    [`void file(3);`, false],
  ],
  browser: [
    [`const picker = document.querySelector('input')!;`, true],
    [`picker.onchange = () => void portcullis.submit(picker.files![0]!);`, true],
    [`void portcullis.submit(picker);`, false],
    [`void portcullis.submit(picker.files);`, false],
  ],
};

let home: string;
let folder: string;
beforeAll(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'portcullis-package-')));
  folder = path.join(home, 'node_modules/portcullis-client');
  await run(process.execPath, [path.join(HERE, 'build.mjs'), folder], { timeout: BUILD_MS_MAX });
}, BUILD_MS_MAX);
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the package', () => {
  it('depends on nothing', async () => {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8');
    expect(JSON.parse(text)).not.toHaveProperty('dependencies');
    expect(JSON.parse(text)).not.toHaveProperty('peerDependencies');
    for (const name of await readdir(folder)) {
      if (!/\.(js|d\.ts)$/.test(name)) continue;
      const from = [
        ...(await readFile(path.join(folder, name), 'utf8')).matchAll(/^(?:im|ex)port .* from '([^']+)'/gm),
      ];
      const others = from.map(([, module = '']) => module).filter((module) => !module.startsWith('./'));
      expect([name, others]).toEqual([name, name.startsWith('node.') ? expect.any(Array) : []]);
    }
  });

  it('is small for a browser', async () => {
    const { outputFiles } = await build({
      entryPoints: [path.join(folder, 'index.js')],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      write: false,
    });
    const bytes = gzipSync(outputFiles[0]?.contents ?? '').byteLength;
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
  });

  it('is imported by its name, with its types', async () => {
    const program = [
      `import { OverloadedError, Portcullis, webhooks } from 'portcullis-client';`,
      `import { file } from 'portcullis-client/node';`,
      `const client = new Portcullis({ url: 'http://127.0.0.1:9', key: 'k' });`,
      `const { bytes } = await file(process.argv[1]);`,
      `console.log(await client.isThere(), bytes > 0, OverloadedError.name, typeof webhooks.verify);`,
    ].join('\n');
    const script = path.join(home, 'try.mjs');
    await writeFile(script, program);
    expect((await run(process.execPath, [script])).stdout).toBe('false true OverloadedError function\n');
    const files = await readdir(folder);
    expect(files).toEqual(expect.arrayContaining(['index.d.ts', 'node.d.ts', 'README.md', 'LICENSE']));
  });

  it.each<Platform>(['node', 'browser'])(
    'has types that tell a strict compiler right from wrong, for a %s',
    async (platform) => {
      const uses = [...USES, ...USES_OF[platform]];
      const program = path.join(home, `${platform}.mts`);
      await writeFile(program, uses.map(([line]) => line).join('\n'));
      const { lines, declarations } = consumerFaults(program, folder, platform);
      expect(declarations).toEqual([]);
      const compiles = uses.map(([line], at) => [line, lines.get(at + 1) ?? true]);
      expect(compiles).toEqual(uses.map(([line, may]) => [line, may || expect.any(String)]));
    },
  );
});
