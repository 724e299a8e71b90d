import type { Metadata } from '#contracts/submission-fields.js';

/** Where an item's bytes lie within its archive. */
export interface ArchiveSlice {
  /** Its path in the archive. */
  readonly name: string;
  /** Of its first byte as it is stored. */
  readonly offset: number;
  readonly storedBytes: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly deflated: boolean;
  /** Of the unpacked bytes; null where the archive says none. */
  readonly crc32: number | null;
}

/** An image by its address, or within the submission's archive. */
export type BulkOrigin =
  { readonly url: string; readonly entry: null } | { readonly url: null; readonly entry: ArchiveSlice };

/** One image of a bulk submission, and what the client says about it. */
export type BulkItem = BulkOrigin & {
  readonly externalId: string | null;
  readonly uploaderId: string | null;
  readonly metadata: Metadata | null;
};

/** The columns of a `BulkItem`, of a table named `i`. */
export const BULK_ITEM_COLUMNS = `i.url, i.entry, i.external_id AS "externalId", i.uploader_id AS "uploaderId", i.metadata`;
