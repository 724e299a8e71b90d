import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from './json.js';
import type { ProblemStyle } from './problem-responses.js';

/** How problems are written, unless a protocol wants them otherwise. */
export const PROBLEM_STYLE: ProblemStyle = {
  prefix: '',
  mediaType: 'application/problem+json',
  schema: 'ProblemBody',
};

/** The Info Object of a service's document. @param root of the repository */
export function aboutService(root: string, title: string, description: string): JsonObject {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return { title, description, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } };
}
