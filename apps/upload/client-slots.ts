export interface SlotLimits {
  readonly ofAll: number;
  /** No client takes everything by being slow. */
  readonly ofClient: number;
  /** What is thrown when there is no room. */
  readonly refusal: () => Error;
}

/** Bounds how much is under way at once: of each client, and of all. */
export class ClientSlots {
  private readonly taken = new Map<string, number>();
  private all = 0;

  constructor(private readonly limits: SlotLimits) {}

  /** @throws the limits' refusal when the client's share, or everything, is taken; whatever `work` throws */
  async hold<T>(clientId: string, work: () => Promise<T>): Promise<T> {
    const { ofAll, ofClient, refusal } = this.limits;
    const own = this.taken.get(clientId) ?? 0;
    if (own >= ofClient || this.all >= ofAll) throw refusal();
    this.taken.set(clientId, own + 1);
    this.all += 1;
    try {
      return await work();
    } finally {
      this.release(clientId);
    }
  }

  private release(clientId: string): void {
    const left = (this.taken.get(clientId) ?? 1) - 1;
    this.all -= 1;
    if (left === 0) this.taken.delete(clientId);
    else this.taken.set(clientId, left);
  }
}
