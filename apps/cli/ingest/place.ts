import type { FailReason, IngestKind, PassReason } from '#moderation/sources/source.js';

/** A file or object that is there to be uploaded. */
export interface ListedItem {
  /** Its name below the place, as bytes, with `/` between folders. Names of files need not be text. */
  readonly key: Buffer;
  /** Other bytes, another version: an etag, or size and time. */
  readonly version: string;
}

export type Listed =
  | { readonly kind: 'item'; readonly item: ListedItem }
  /** Something that is not taken for an image. */
  | { readonly kind: 'passed'; readonly key: Buffer; readonly reason: PassReason };

/** An item's bytes, read as they are sent. */
export interface OpenedItem {
  readonly bytes: number;
  /** Throws ItemFault before its last piece when they are not those of the version that was listed. */
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Where images are taken from. */
export interface IngestPlace {
  readonly kind: IngestKind;
  /** Its name, the same in every run. */
  readonly location: string;
  /** Everything that lies behind the key `after`, in the order of the keys' bytes. */
  list(after: Buffer | undefined): AsyncIterable<Listed>;
  /** One item as it is now; undefined when it is not there any more. @throws ItemFault */
  find(key: Buffer): Promise<ListedItem | undefined>;
  /** @returns undefined when it is not there any more @throws ItemFault when it cannot be read or has changed */
  open(item: ListedItem): Promise<OpenedItem | undefined>;
}

/** One item cannot be uploaded now, for a reason that lies in its place; the others can. */
export class ItemFault extends Error {
  override readonly name = 'ItemFault';

  constructor(
    readonly reason: Extract<FailReason, 'changing' | 'unreadable'>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
