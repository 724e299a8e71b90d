import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';

const CHUNK = Buffer.alloc(65_536);
const BALLAST = 'ballast';

/** A file system of a few megabytes, which a test fills and frees. */
export class SmallDisk {
  private constructor(readonly place: string) {}

  /** Mounts it at a directory, which is made. @throws Error where that is not allowed */
  static mount(place: string, megabytes: number): SmallDisk {
    mkdirSync(place, { recursive: true });
    const args = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', place];
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`no disk can be mounted: ${stderr}`);
    return new SmallDisk(place);
  }

  /** Takes all the space there is, to the last byte. */
  async fill(): Promise<void> {
    await mkdir(this.place, { recursive: true });
    const ballast = await open(path.join(this.place, BALLAST), 'a');
    try {
      for (let length = CHUNK.length; length > 0;) {
        const written = await ballast.write(CHUNK.subarray(0, length)).catch(() => undefined);
        if (written === undefined) length = Math.floor(length / 2);
      }
    } finally {
      await ballast.close();
    }
  }

  /** Gives the space back. */
  async free(): Promise<void> {
    await rm(path.join(this.place, BALLAST), { force: true });
  }

  /** Harmless when it is not mounted any more. */
  unmount(): void {
    spawnSync('umount', ['-l', this.place]);
  }
}

function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  const place = mkdtempSync(path.join(os.tmpdir(), 'portcullis-mount-'));
  try {
    SmallDisk.mount(place, 1).unmount();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Describes what needs disks of its own; where none can be mounted it is passed over, and its name says so. */
export function describeDisks(subject: string, body: () => void): void {
  if (canMount()) describe(subject, body);
  else describe.skip(`${subject} (skipped: no disk can be mounted here)`, body);
}
