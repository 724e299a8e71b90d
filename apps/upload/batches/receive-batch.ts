import { createHash } from 'node:crypto';

import { BulkFileLine, BulkUrlLine } from '#contracts/bulk-line.js';
import type { BulkKind } from '#contracts/bulk-answer.js';
import { Problem } from '#contracts/problems.js';
import type { ItemFields } from '#contracts/submission-fields.js';
import type { BulkItem, BulkOrigin } from '#persistence/bulk-item.js';

import type { ArchiveFiles, ArchiveType } from './archive-files.js';
import { MANIFEST_NAME } from './entry-name.js';
import type { ArchiveLimits, PackedImages } from './packed-images.js';
import { readLines } from './read-lines.js';
import { rangeOfFile, readSlice } from './read-slice.js';

/** Many images as they were handed in. */
export interface ReceivedBatch {
  readonly kind: BulkKind;
  readonly items: readonly BulkItem[];
  /** SHA-256 of what was sent. */
  readonly fingerprint: Buffer;
}

/** Ten thousand addresses of the usual length with their fields. */
const LINES_BYTES_MAX = 10_000_000;

const ARCHIVES: Readonly<Record<string, ArchiveType>> = {
  'application/zip': 'zip',
  'application/x-zip-compressed': 'zip',
  'application/x-tar': 'tar',
  'application/gzip': 'tar+gzip',
  'application/x-gzip': 'tar+gzip',
};
const LINES = ['application/x-ndjson', 'application/jsonl', 'application/x-jsonlines'];

/**
 * Takes in many images: JSON lines of addresses, or an archive, which is kept as `id` until it has been worked off. Nothing is
 * left behind when it throws.
 *
 * @param contentType says which, parameters and all
 * @throws Problem for everything the client can mend
 */
export async function receiveBatch(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  id: string,
  files: ArchiveFiles,
  limits: ArchiveLimits,
): Promise<ReceivedBatch> {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (LINES.includes(type)) return receiveLines(body, limits.itemsMax);
  const archive = ARCHIVES[type];
  if (archive === undefined) {
    const known = [...LINES, ...Object.keys(ARCHIVES)].join(', ');
    throw new Problem('unsupported-media', `Send a body of one of these types: ${known}.`);
  }
  const { packed, sha256 } = await files.receive(id, archive, body, limits);
  try {
    return { kind: 'archive', items: await described(packed, files.path(id), limits), fingerprint: sha256 };
  } catch (error) {
    await files.remove(id);
    throw error;
  }
}

async function receiveLines(body: AsyncIterable<Uint8Array>, linesMax: number): Promise<ReceivedBatch> {
  const hash = createHash('sha256');
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const lines = await readLines(hashed(), BulkUrlLine, { bytesMax: LINES_BYTES_MAX, linesMax });
  if (lines.length === 0)
    throw new Problem('empty-body', 'Send one JSON object a line, each with the `url` of an image.');
  const items = lines.map((line) => itemOf({ url: line.url, entry: null }, line));
  return { kind: 'urls', items, fingerprint: hash.digest() };
}

/** An archive's images with what its manifest says about them. */
async function described(
  { images, manifest }: PackedImages,
  path: string,
  { itemsMax }: ArchiveLimits,
): Promise<BulkItem[]> {
  const limits = { bytesMax: LINES_BYTES_MAX, linesMax: itemsMax };
  const lines =
    manifest === undefined ? [] : await readLines(readSlice(rangeOfFile(path), manifest), BulkFileLine, limits);
  const said = new Map(lines.map((line) => [line.file, line]));
  const names = new Set(images.map(({ name }) => name));
  const errors = [...said.keys()]
    .filter((file) => !names.has(file))
    .map((file) => ({ pointer: `/${MANIFEST_NAME}`, detail: `names ${JSON.stringify(file)}, which is not there` }));
  if (errors.length > 0 || said.size < lines.length) {
    throw new Problem('invalid-request', `${MANIFEST_NAME} must name files of the archive, each once at most.`, {
      errors: errors.slice(0, ERRORS_MAX),
    });
  }
  return images.map((entry) => itemOf({ url: null, entry }, said.get(entry.name) ?? {}));
}

const ERRORS_MAX = 20;

const itemOf = (origin: BulkOrigin, { externalId, uploaderId, metadata }: ItemFields): BulkItem => ({
  ...origin,
  externalId: externalId ?? null,
  uploaderId: uploaderId ?? null,
  metadata: metadata ?? null,
});
