/** Looks at something from time to time, one look after the other, until it is told to stop. */
export class Watch<T> {
  private readonly seen: (T & { readonly atMs: number })[] = [];
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private last: Promise<void>;

  /** @param look what there is to see; undefined when there is nothing */
  constructor(
    private readonly look: () => Promise<T | undefined>,
    everyMs: number,
  ) {
    this.last = this.lookOnce();
    this.timer = setInterval(() => {
      this.last = this.last.then(() => this.lookOnce());
      this.last.catch(() => undefined); // told by `stop`
    }, everyMs);
    this.last.catch(() => undefined);
  }

  /** Ends the watch, whatever it saw. */
  end(): void {
    clearInterval(this.timer);
  }

  /** Ends the watch after a last look. @returns what was seen, with its time since the beginning @throws what a look threw */
  async stop(): Promise<readonly (T & { readonly atMs: number })[]> {
    this.end();
    await this.last;
    await this.lookOnce();
    return this.seen;
  }

  private async lookOnce(): Promise<void> {
    const atMs = Math.round(performance.now() - this.startedMs);
    const found = await this.look();
    if (found !== undefined) this.seen.push({ ...found, atMs });
  }
}
