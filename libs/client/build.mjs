import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '../..');
const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');
const LIMIT_MS = 120_000;

/**
 * Puts the package together as it is published: `node libs/client/build.mjs [folder]`. Most of it is compiled without
 * Node's types, so that it cannot name what browsers lack.
 */
const folder = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist/portcullis-client'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const config of ['tsconfig.json', 'tsconfig.node.json']) {
  const args = ['-p', path.join(HERE, config), '--noEmit', 'false', '--declaration', '--outDir', folder];
  execFileSync(process.execPath, [TSC, ...args], { stdio: 'inherit', timeout: LIMIT_MS });
}
for (const file of ['package.json', 'README.md']) copyFileSync(path.join(HERE, file), path.join(folder, file));
copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
console.log(folder);
