/** A look may take this part of the SLO: whoever waits for its end is still in time. */
const SHORT_SHARE = 0.25;
/** Who waits for one that takes more of the SLO than this is late. */
const BEARABLE_SHARE = 0.8;
/** For how many times the excess it counts: so nobody loses more than a sixtieth of the time to one client. */
const PAUSE = 60;
/** What a look that takes its process with it costs the others, however short it was: until there is another process. */
const REPLACED_MS = 500;
/** Of more clients than this those are looked for that are over. */
const CLIENTS_KEPT = 1_000;

interface Pauses {
  /** What the last long look took. */
  readonly lastMs: number;
  readonly longUntilMs: number;
  readonly unbearableUntilMs: number;
}

/** Which clients have had looks that took others too long to wait for, and for how long that counts. */
export class LongLooks {
  private readonly clients = new Map<string, Pauses>();
  readonly shortMs: number;
  private readonly bearableMs: number;

  constructor(
    sloMs: number,
    private readonly nowMs: () => number,
  ) {
    this.shortMs = SHORT_SHARE * sloMs;
    this.bearableMs = BEARABLE_SHARE * sloMs;
  }

  /** A look of a client took `ms`. */
  note(clientId: string, ms: number): void {
    if (ms <= this.shortMs) return;
    const nowMs = this.nowMs();
    const until = (limitMs: number): number => nowMs + PAUSE * Math.max(0, ms - limitMs);
    const { longUntilMs, unbearableUntilMs } = this.of(clientId);
    this.clients.set(clientId, {
      lastMs: ms,
      longUntilMs: Math.max(longUntilMs, until(this.shortMs)),
      unbearableUntilMs: Math.max(unbearableUntilMs, until(this.bearableMs)),
    });
    if (this.clients.size <= CLIENTS_KEPT) return;
    for (const [id, pauses] of this.clients) if (pauses.longUntilMs <= nowMs) this.clients.delete(id);
  }

  /** A look of a client ended with its process. */
  noteFatal(clientId: string): void {
    this.note(clientId, REPLACED_MS);
  }

  /** What the client's last long look took; undefined where it had none. */
  lastMs(clientId: string): number | undefined {
    return this.clients.get(clientId)?.lastMs;
  }

  /** What its next look may take by its last long one, for as long as that counts. */
  nextMs(clientId: string): number | undefined {
    return this.longUntilMs(clientId) > this.nowMs() ? this.lastMs(clientId) : undefined;
  }

  /** What whoever comes may wait for the end of others' looks, where its own takes so long. */
  waitMsMax(lookMs: number): number {
    return Math.max(0, Math.min(this.shortMs, this.bearableMs - lookMs));
  }

  /** Until when the client is not to be trusted with the last free process. */
  longUntilMs(clientId: string): number {
    return this.of(clientId).longUntilMs;
  }

  /** Until when a single process is not to be given to it. */
  unbearableUntilMs(clientId: string): number {
    return this.of(clientId).unbearableUntilMs;
  }

  private of(clientId: string): Pauses {
    return this.clients.get(clientId) ?? { lastMs: 0, longUntilMs: -Infinity, unbearableUntilMs: -Infinity };
  }
}
