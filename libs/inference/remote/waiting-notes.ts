const EVERY_MS = 10_000;

/** Says why a server cannot be asked: at once, and every ten seconds while that lasts. */
export class WaitingNotes {
  private saidAtMs = -Infinity;

  /** @param nowMs never falls */
  constructor(
    private readonly say: (why: string) => void,
    private readonly nowMs: () => number,
  ) {}

  late(why: string): void {
    const nowMs = this.nowMs();
    if (nowMs - this.saidAtMs < EVERY_MS) return;
    this.saidAtMs = nowMs;
    this.say(why);
  }

  /** It can be asked: the next time that it cannot is said at once. */
  over(): void {
    this.saidAtMs = -Infinity;
  }
}
