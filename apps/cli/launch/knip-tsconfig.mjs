import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, inModules } from './paths.mjs';

/**
 * Knip follows package.json's `imports` to dist/ only, because it knows no condition of its own. This writes a tsconfig
 * with the same map to the sources, and returns its path.
 */
export function writeKnipTsConfig() {
  const file = inModules('.cache/knip/tsconfig.json');
  const { imports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const up = path.relative(path.dirname(file), ROOT);
  const paths = Object.entries(imports).map(([name, { source }]) => [name, [path.posix.join(up, source)]]);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ extends: `${up}/tsconfig.json`, compilerOptions: { paths: Object.fromEntries(paths) } }),
  );
  return file;
}
