import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const HERE = import.meta.dirname;
/** Of everything together, minified and gzipped. */
const BYTES_MAX = 10_000;
const BUILD_MS_MAX = 120_000;

let home: string;
let folder: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'portcullis-package-'));
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
});
