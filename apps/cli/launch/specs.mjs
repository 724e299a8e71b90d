import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/** Specs that start the product, kill it or use a browser: two at once would take the processors from each other. */
const PRODUCT_FOLDERS = ['test/faults', 'test/e2e', 'test/docs'].map((folder) => path.normalize(`${folder}/`));
const PRODUCT_SUPPORT = /support\/(describe-)?product\.js/;

/**
 * All test files, in two groups that may run beside each other.
 *
 * @returns {{ product: string[], others: string[] }} paths relative to the checkout
 */
export function listSpecs() {
  const specs = ['apps', 'libs', 'test'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true })
      .filter((file) => file.endsWith('.spec.ts') && !file.split(path.sep).includes('node_modules'))
      .map((file) => path.join(folder, file)),
  );
  return { product: specs.filter(startsProduct), others: specs.filter((file) => !startsProduct(file)) };
}

const startsProduct = (file) =>
  PRODUCT_FOLDERS.some((folder) => file.startsWith(folder)) ||
  PRODUCT_SUPPORT.test(readFileSync(path.join(ROOT, file), 'utf8'));
