import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Page } from './pages.js';

/** Reading the types of all answers takes seconds. */
const MAKE_MS_MAX = 120_000;
const DOCUMENT_BYTES_MAX = 32 * 1_048_576;

/** What is described, and where that is kept. */
const DOCUMENTS = [
  { service: 'upload', path: 'docs/openapi.json' },
  { service: 'console', path: 'docs/openapi-console.json' },
] as const;

/**
 * The APIs of the services as OpenAPI, each made by the service's own code: it needs the sources and the packages that are
 * there for development only.
 *
 * @param root of the repository
 * @throws Error with what the code does not say enough about
 */
export const openApiPages = (root: string): Promise<Page[]> =>
  Promise.all(
    DOCUMENTS.map(async ({ service, path }) => {
      const script = join(root, `dist/apps/${service}/openapi.js`);
      const limits = { timeout: MAKE_MS_MAX, maxBuffer: DOCUMENT_BYTES_MAX };
      const { stdout } = await promisify(execFile)(process.execPath, [script], limits);
      return { path, text: stdout };
    }),
  );
