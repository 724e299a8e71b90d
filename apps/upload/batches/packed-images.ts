import type { ArchiveSlice } from '#persistence/bulk-item.js';

import { entryName, isByTheWay, MANIFEST_NAME } from './entry-name.js';
import { invalidArchive, invalidEntry } from './invalid-archive.js';

/** Bounds of one archive. */
export interface ArchiveLimits {
  /** Of the archive as it is sent, and of everything in it unpacked: images do not become smaller by packing. */
  readonly bytesMax: number;
  readonly itemsMax: number;
}

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

  constructor(private readonly limits: ArchiveLimits) {}

  /** Counts anything that an archive lists. @throws Problem `invalid-archive` */
  count(bytes: number): void {
    const { itemsMax, bytesMax } = this.limits;
    this.entries += 1;
    this.bytes += bytes;
    if (this.entries > itemsMax * ENTRIES_PER_ITEM_MAX) throw this.tooMany();
    if (this.bytes > bytesMax) {
      throw invalidArchive(`Unpacked, the archive has more than ${bytesMax} bytes. Send several smaller ones.`);
    }
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
