import type { BatchType } from '#client/batch-answers.js';

/** By the ends of names; the longer before the shorter. */
const TYPES: readonly (readonly [end: string, type: BatchType])[] = [
  ['.tar.gz', 'application/gzip'],
  ['.tgz', 'application/gzip'],
  ['.tar', 'application/x-tar'],
  ['.zip', 'application/zip'],
  ['.jsonl', 'application/x-ndjson'],
  ['.ndjson', 'application/x-ndjson'],
];

/** The media type of a file that may be sent as a batch. @throws Error for any other */
export function sentType(path: string): BatchType {
  const found = TYPES.find(([end]) => path.toLowerCase().endsWith(end));
  if (found !== undefined) return found[1];
  throw new Error(`${path} is no batch: send a file named ${TYPES.map(([end]) => `*${end}`).join(', ')}`);
}
