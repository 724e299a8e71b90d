import { it } from '@jest/globals';

const isRoot = process.getuid?.() === 0;

/** A test of what a user may not do; for root, who may do everything, it is passed over, and its name says so. */
export const unlessRoot = (name: string, test: () => Promise<void>): void => {
  if (isRoot) it.skip(`${name} (skipped: root may do everything)`, test);
  else it(name, test);
};
