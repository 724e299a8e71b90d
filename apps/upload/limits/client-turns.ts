export interface TurnLimits {
  /** Of one client, under way at once. */
  readonly atOnce: number;
  /** Of one client, behind them. */
  readonly waitingMax: number;
  /** What is thrown when as many wait. */
  readonly refusal: () => Error;
}

interface Own {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets few of each client's requests run at once; the others of that client wait for them, and nobody else does. */
export class ClientTurns {
  private readonly clients = new Map<string, Own>();

  constructor(private readonly limits: TurnLimits) {}

  /** @throws the limits' refusal when too many of the client's wait; whatever `work` throws */
  async hold<T>(clientId: string, work: () => Promise<T>): Promise<T> {
    const { atOnce, waitingMax, refusal } = this.limits;
    const own = this.clients.get(clientId) ?? { running: 0, waiting: [] };
    this.clients.set(clientId, own);
    if (own.running < atOnce) own.running += 1;
    else if (own.waiting.length >= waitingMax) throw refusal();
    else await new Promise<void>((resolve) => own.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.leave(clientId, own);
    }
  }

  private leave(clientId: string, own: Own): void {
    const next = own.waiting.shift();
    // it takes the place over
    if (next !== undefined) next();
    else own.running -= 1;
    if (own.running === 0) this.clients.delete(clientId);
  }
}
