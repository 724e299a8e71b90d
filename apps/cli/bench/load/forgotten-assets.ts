import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import type { BenchContext } from '../bench-context.js';

const EVERY_MS = 15_000;
/** Longer than any upload is under way. */
const KEPT_MS = 30_000;
/** Hexadecimal digits of a UUIDv7 that tell when it was made (RFC 9562, section 5.7). */
const TIME_DIGITS = 12;

/**
 * Empties the files of assets that a load test has left behind, while it goes on: five times the capacity for ten minutes
 * is tens of gigabytes. Only where no batch service needs them. They are not deleted, because ext4 makes new files slowly
 * for minutes after many were (it passes over inodes that were freed lately), and that would be measured.
 */
export class ForgottenAssets {
  private over = false;
  private timer: NodeJS.Timeout | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor({ cleanup }: BenchContext, home: string) {
    const folder = join(home, 'assets');
    let fromMs = 0;
    const later = (): void => {
      if (this.over) return;
      this.timer = setTimeout(() => {
        const beforeMs = Date.now() - KEPT_MS;
        this.last = forget(folder, { fromMs, beforeMs }).finally(later);
        fromMs = beforeMs;
      }, EVERY_MS);
    };
    later();
    cleanup.defer(async () => {
      this.over = true;
      clearTimeout(this.timer);
      await this.last;
    });
  }
}

/** Empties the files of assets whose ids were made within a time. */
export async function forget(root: string, { fromMs, beforeMs }: { fromMs: number; beforeMs: number }): Promise<void> {
  for (const folder of await readdir(root).catch(() => [])) {
    for (const id of await readdir(join(root, folder)).catch(() => [])) {
      const madeMs = Number.parseInt(id.replaceAll('-', '').slice(0, TIME_DIGITS), 16);
      if (madeMs >= fromMs && madeMs < beforeMs) await truncate(join(root, folder, id)).catch(() => undefined);
    }
  }
}
