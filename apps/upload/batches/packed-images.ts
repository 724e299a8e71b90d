import type { Problem } from '#contracts/problems.js';
import type { ArchiveSlice } from '#persistence/bulk-item.js';

import { entryName, isByTheWay, MANIFEST_NAME } from './entry-name.js';
import { invalidArchive, invalidEntry } from './invalid-archive.js';

/** Bounds of one archive. */
export interface ArchiveLimits {
  /** Of the archive as it is sent, and of everything in it unpacked: images do not become smaller by packing. */
  readonly bytesMax: number;
  readonly itemsMax: number;
}

/** Photographs pack to 1 : 1.05, screenshots to 1.09, and to 26 at most where they are PNG without compression. */
const RATIO_MAX = 100;
/** Beside its image: headers and padding of a tar file's entry, with a long name. */
export const BYTES_PER_ITEM = 8_192;

/** What something of so many bytes may unpack to: no picture is packed as well as what is made to unpack for long. */
export const unpackedBytesMax = (packedBytes: number, { itemsMax }: Pick<ArchiveLimits, 'itemsMax'>): number =>
  packedBytes * RATIO_MAX + itemsMax * BYTES_PER_ITEM;

export const unpacksTooFar = (): Problem =>
  invalidArchive(
    `Unpacked, the archive is more than ${RATIO_MAX} times as large, and images are not. Pack it without compression.`,
  );

/** What an archive holds: images, not looked at yet, and the lines about them. */
export interface PackedImages {
  readonly images: readonly ArchiveSlice[];
  readonly manifest: ArchiveSlice | undefined;
}

/** Folders and the like come on top of the images. */
const ENTRIES_PER_ITEM_MAX = 3;
/** Its own, and one about its long name. */
const HEADERS_PER_ENTRY_MAX = 2;

/** Collects what an archive holds and refuses what no sound one does. */
export class PackedImagesBuilder {
  private readonly names = new Set<string>();
  private readonly images: ArchiveSlice[] = [];
  private manifest: ArchiveSlice | undefined;
  private headers = 0;
  private entries = 0;
  private bytes = 0;

  /** @param packedBytes of the whole archive, where what it unpacks to has not been bounded by that */
  constructor(
    private readonly limits: ArchiveLimits,
    private readonly packedBytes = Infinity,
  ) {}

  /** Counts anything that an archive lists. @throws Problem `invalid-archive` */
  count(bytes: number): void {
    const { itemsMax, bytesMax } = this.limits;
    this.entries += 1;
    this.bytes += bytes;
    if (this.entries > itemsMax * ENTRIES_PER_ITEM_MAX) throw this.tooMany();
    if (this.bytes > bytesMax) {
      throw invalidArchive(`Unpacked, the archive has more than ${bytesMax} bytes. Send several smaller ones.`);
    }
    if (this.bytes > unpackedBytesMax(this.packedBytes, this.limits)) throw unpacksTooFar();
  }

  /** Counts a header, of which an entry may have several. @throws Problem `invalid-archive` */
  countHeader(): void {
    this.headers += 1;
    if (this.headers > this.limits.itemsMax * ENTRIES_PER_ITEM_MAX * HEADERS_PER_ENTRY_MAX) throw this.tooMany();
  }

  /** @returns the name of a file that is to be kept; undefined for one that is left out @throws Problem `invalid-archive` */
  admit(rawName: string): string | undefined {
    const name = entryName(rawName);
    if (isByTheWay(name)) return undefined;
    if (this.names.has(name)) throw invalidEntry(name, 'is in the archive twice');
    this.names.add(name);
    return name;
  }

  add(slice: ArchiveSlice): void {
    if (slice.name === MANIFEST_NAME) this.manifest = slice;
    else this.images.push(slice);
    if (this.images.length > this.limits.itemsMax) throw this.tooMany();
  }

  build(): PackedImages {
    if (this.images.length === 0) throw invalidArchive('There is no file in the archive.');
    return { images: this.images, manifest: this.manifest };
  }

  private tooMany(): Error {
    return invalidArchive(`An archive may hold at most ${this.limits.itemsMax} images. Send several smaller ones.`);
  }
}
