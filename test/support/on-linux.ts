import { it } from '@jest/globals';

const isLinux = process.platform === 'linux';

/** A test of what only Linux tells; elsewhere it is passed over, and its name says so. */
export const onLinux = (name: string, test: () => Promise<void>): void => {
  if (isLinux) it(name, test);
  else it.skip(`${name} (skipped: needs Linux)`, test);
};
