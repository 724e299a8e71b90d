interface Seen {
  readonly clientId: string;
  readonly atMs: number;
}

/** When somebody else last came. */
export class LastArrivals {
  private last: Seen = { clientId: '', atMs: -Infinity };
  /** The last one of a client other than that. */
  private lastOther: Seen = this.last;

  note(clientId: string, atMs: number): void {
    if (clientId !== this.last.clientId) this.lastOther = this.last;
    this.last = { clientId, atMs };
  }

  /** -Infinity where nobody but the client has come. */
  othersAtMs(clientId: string): number {
    return this.last.clientId === clientId ? this.lastOther.atMs : this.last.atMs;
  }
}
