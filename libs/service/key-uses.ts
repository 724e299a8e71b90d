export type WriteKeyUses = (keyIds: readonly string[]) => Promise<void>;

/** A use is known this much later at most. */
const WRITTEN_AFTER_MS = 30_000;
const KEYS_MAX = 10_000;

/** Which keys are used, written down now and then: no request waits for it. */
export class KeyUses {
  private readonly seen = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: WriteKeyUses) {}

  saw(keyId: string): void {
    if (this.seen.size < KEYS_MAX) this.seen.add(keyId);
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.flush(), WRITTEN_AFTER_MS);
    this.timer.unref();
  }

  /** Writes what was seen. A use that could not be written is forgotten: the next one of that key will be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const keyIds = [...this.seen];
    this.seen.clear();
    if (keyIds.length > 0) await this.write(keyIds).catch(() => undefined);
  }
}
