import { PDQ_QUALITY_MIN, type PdqHash } from './bank.js';

/** A hash of a list. Lines count from 1, hexadecimal digits are in lower case. */
export type ListedHash =
  | { readonly line: number; readonly sha256: string; readonly pdq: null }
  | { readonly line: number; readonly sha256: null; readonly pdq: PdqHash };

export interface HashList {
  readonly hashes: readonly ListedHash[];
  readonly faults: readonly { readonly line: number; readonly detail: string }[];
}

const LINE = /^(?:(?<kind>sha256|pdq)\s*:\s*)?(?<hex>[0-9a-f]{64})(?:\s*,\s*(?<quality>\d{1,3}))?$/i;
const QUALITY_MAX = 100;

/**
 * Reads a text file of hashes, one a line: `sha256:<64 hex>` or the digits alone, and `pdq:<64 hex>[,quality]`, quality
 * 0..100. Empty lines and those that begin with `#` are skipped.
 */
export function readHashList(text: string): HashList {
  const hashes: ListedHash[] = [];
  const faults: { line: number; detail: string }[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const content = row.trim();
    if (content === '' || content.startsWith('#')) continue;
    const read = readHash(content, index + 1);
    if (typeof read === 'string') faults.push({ line: index + 1, detail: read });
    else hashes.push(read);
  }
  return { hashes, faults };
}

/** @returns what is wrong where it is no hash */
function readHash(content: string, line: number): ListedHash | string {
  const { kind, hex, quality } = LINE.exec(content)?.groups ?? {};
  if (hex === undefined) return 'is not sha256:<64 hexadecimal digits> or pdq:<64 hexadecimal digits>,<quality>';
  if (kind?.toLowerCase() !== 'pdq') {
    if (quality !== undefined) return 'has a quality, which only a pdq has';
    return { line, sha256: hex.toLowerCase(), pdq: null };
  }
  const seen = quality === undefined ? QUALITY_MAX : Number(quality);
  if (seen > QUALITY_MAX) return `has a quality above ${QUALITY_MAX}`;
  if (seen < PDQ_QUALITY_MIN) return `has a quality below ${PDQ_QUALITY_MIN}: there was too little to see`;
  return { line, sha256: null, pdq: { pdq: hex.toLowerCase(), quality: seen } };
}
