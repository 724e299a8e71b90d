import type { ArchiveSlice } from '#persistence/bulk-item.js';

import type { ArchiveFiles, WaitingArchive } from './archive-files.js';
import { rangeOfFile, readSlice } from './read-slice.js';
import type { SharedArchives } from './shared-archives.js';

/**
 * Where archives wait until they are worked off: in the installation's bucket, or else on the disk of the service that
 * took them in (docs/decisions/0017). Each arrives as a file: what is in a zip file stands at its end.
 */
export class Archives {
  /** @param shared undefined where there is no bucket */
  constructor(
    readonly files: ArchiveFiles,
    private readonly shared: SharedArchives | undefined,
  ) {}

  /** Whether every service reads what any service took in. */
  get areShared(): boolean {
    return this.shared !== undefined;
  }

  /** Takes an archive that has arrived to where it waits. @throws StorageLate: nothing is left here then */
  async keep(id: string): Promise<void> {
    if (this.shared === undefined) return;
    try {
      await this.shared.put(id, this.files.path(id));
    } finally {
      await this.files.remove(id);
    }
  }

  /** The bytes of one file in an archive, unpacked. @throws as `readSlice`; StorageLate */
  read(
    { submissionId, shared }: { submissionId: string; shared: boolean },
    slice: ArchiveSlice,
  ): AsyncGenerator<Uint8Array> {
    if (!shared) return readSlice(rangeOfFile(this.files.path(submissionId)), slice);
    if (this.shared === undefined) throw new Error('an archive in a bucket is worked on where there is none');
    return readSlice(this.shared.range(submissionId), slice);
  }

  /** Ids of those that lie here. */
  ids(): Promise<string[]> {
    return this.files.ids();
  }

  /** All that wait, or are left. */
  async list(): Promise<WaitingArchive[]> {
    return [...(await this.files.list()), ...((await this.shared?.list()) ?? [])];
  }

  /** Harmless when there is none. */
  async remove(id: string): Promise<void> {
    await this.files.remove(id);
    await this.shared?.remove(id);
  }
}
