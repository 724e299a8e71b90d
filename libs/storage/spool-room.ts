import { SpoolFull } from './errors.js';

/** How many bytes all files of a spool may have together. */
export class SpoolBudget {
  private held = 0;

  constructor(private readonly bytesMax: number) {}

  /** Whether a file of this size fits at all. */
  fits(bytes: number): boolean {
    return bytes <= this.bytesMax;
  }

  /** Room for one file, empty at first. */
  room(): SpoolRoom {
    return new SpoolRoom((bytes) => {
      if (bytes > 0 && this.held + bytes > this.bytesMax) throw new SpoolFull('no room in the spool (SPOOL_BYTES_MAX)');
      this.held += bytes;
    });
  }
}

/** The part of a spool that one file takes. */
export class SpoolRoom {
  private taken = 0;

  constructor(private readonly change: (bytes: number) => void) {}

  /** @throws SpoolFull */
  take(bytes: number): void {
    this.change(bytes);
    this.taken += bytes;
  }

  /** All of it; more than once is harmless. */
  giveBack(): void {
    this.change(-this.taken);
    this.taken = 0;
  }

  /** The source, which takes room for each chunk. */
  async *metered(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.take(chunk.byteLength);
      yield chunk;
    }
  }
}
