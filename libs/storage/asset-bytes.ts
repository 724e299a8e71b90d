/** A local file with an asset's bytes, for as long as nobody has released it. */
export interface BorrowedBytes {
  readonly path: string;
  /** Says that nobody looks at the file any more; more than once is harmless. */
  release(): Promise<void>;
}

/** What was written: the bytes' SHA-256 and how many there are; borrowed until released. */
export interface StoredBytes extends BorrowedBytes {
  readonly sha256: Buffer;
  readonly bytes: number;
  /** Resolves when the bytes and their name survive a power cut; rejects with StorageLate. Nobody need await it. */
  readonly settled: Promise<void>;
}

/**
 * Whether an asset's bytes are there: `stored`; `gone`; `away` where the whole place is, such as a share that is not
 * mounted, and nothing can be said of one asset; `unreadable` where the place answers with an error.
 */
export type BytesPresence = 'stored' | 'gone' | 'away' | 'unreadable';

/** Why the place cannot be used: `refused` needs an operator, `away` may pass. */
export interface PlaceFault {
  readonly kind: 'refused' | 'away';
  readonly detail: string;
}

/**
 * The place of all assets' bytes: a folder, or a bucket (docs/decisions/0016). Ids are lower-case UUIDs; anything else is
 * a defect. What is late throws StorageLate.
 */
export interface AssetBytes {
  /**
   * Streams an upload to its place while hashing it. When this resolves the bytes can be looked at in `path`.
   *
   * @throws TooManyBytes above `bytesMax`; StorageLate; whatever the source throws. Nothing is left behind either way.
   */
  write(assetId: string, source: AsyncIterable<Uint8Array>, bytesMax: number): Promise<StoredBytes>;

  /**
   * Removes an asset's bytes; harmless when there are none.
   *
   * @param lasting they are still gone after a power cut when this resolves
   */
  remove(assetId: string, lasting?: boolean): Promise<void>;

  /**
   * An asset's bytes as a local file.
   *
   * @param sha256 in hex: what is fetched from elsewhere is compared with it; what is a local file already is not read
   * @throws BytesUnreadable where this asset's bytes cannot be had
   */
  borrow(assetId: string, sha256: string): Promise<BorrowedBytes>;

  /** SHA-256 of what is stored, or undefined when nothing is. */
  digest(assetId: string): Promise<Buffer | undefined>;

  /** Looks for an asset's bytes without reading them. */
  presence(assetId: string): Promise<BytesPresence>;

  /** Ids of all stored assets whose bytes were written before `beforeMs` (epoch). Other names are passed over. */
  idsWrittenBefore(beforeMs: number): AsyncGenerator<string>;

  /** Whatever lies here and is no asset's, as names below the place. */
  strays(): AsyncGenerator<string>;

  /** What keeps the place from being used now. */
  fault(): Promise<PlaceFault | undefined>;

  /** Frees what it holds; nothing may be under way. */
  close(): Promise<void>;
}
