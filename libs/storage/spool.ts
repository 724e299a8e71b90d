import { createHash } from 'node:crypto';
import { mkdir, open, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { copy, ignoreMissing, withDisk } from './on-disk.js';
import { privateFolder, removeLeftovers } from './spool-folder.js';
import { SpoolBudget, type SpoolRoom } from './spool-room.js';

/** A file of the spool. */
export interface SpoolFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Buffer;
  /** Removes it and gives back its room; more than once is harmless. */
  remove(): Promise<void>;
}

/** How large a file may be, and whether it is known to be just that large. */
export interface SpoolSize {
  readonly bytesMax: number;
  readonly known: boolean;
}

/** Files on their way to or from a place elsewhere, in a private folder of this process, bounded in bytes. */
export class Spool {
  private readonly folder: string;
  private readonly budget: SpoolBudget;
  private written = 0;

  private constructor(root: string, bytesMax: number) {
    this.folder = privateFolder(root);
    this.budget = new SpoolBudget(bytesMax);
  }

  /** Removes what dead processes left there. @param bytesMax of all files of this process together */
  static async open(root: string, bytesMax: number): Promise<Spool> {
    await withDisk(() => removeLeftovers(root));
    return new Spool(root, bytesMax);
  }

  /** Whether a file of this size fits at all. */
  fits(bytes: number): boolean {
    return this.budget.fits(bytes);
  }

  /**
   * Writes a file while hashing it. What is known to be so large has its room before the first byte: files that come at
   * once must not all stop half-way.
   *
   * @param name for people who look into the folder
   * @throws TooManyBytes above `bytesMax`; SpoolFull; StorageLate; whatever the source throws. Nothing is left then.
   */
  async write(name: string, source: AsyncIterable<Uint8Array>, { bytesMax, known }: SpoolSize): Promise<SpoolFile> {
    const room = this.budget.room();
    if (known) room.take(bytesMax);
    try {
      return await withDisk(() => this.writeFile(name, known ? source : room.metered(source), bytesMax, room));
    } catch (error) {
      room.giveBack();
      throw error;
    }
  }

  /** Removes the folder. */
  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async writeFile(
    name: string,
    source: AsyncIterable<Uint8Array>,
    bytesMax: number,
    room: SpoolRoom,
  ): Promise<SpoolFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 }); // another machine may have removed it while it was empty
    this.written += 1;
    const path = join(this.folder, `${name}.${this.written}`);
    const file = await open(path, 'wx', 0o600);
    const hash = createHash('sha256');
    try {
      const bytes = await copy(source, file, hash, bytesMax);
      await file.close();
      const remove = async (): Promise<void> => {
        await unlink(path).catch(ignoreMissing);
        room.giveBack();
      };
      return { path, bytes, sha256: hash.digest(), remove };
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(path).catch(ignoreMissing);
      throw error;
    }
  }
}
