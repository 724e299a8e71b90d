import path from 'node:path';

/** The checkout. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');
export const DIST = path.join(ROOT, 'dist');
/** What the built product is started by. */
export const MAIN = path.join(DIST, 'apps/cli/main.js');

/** A package's file, as an absolute path. */
export const inModules = (file) => path.join(ROOT, 'node_modules', file);
