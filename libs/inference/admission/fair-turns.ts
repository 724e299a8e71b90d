/** Accounts of more clients than this are looked through for those that no longer matter. */
const ACCOUNTS_KEPT = 1_000;

/**
 * What each client has had, so that of those who wait the one goes next that has had least: start-time fair queueing
 * (Goyal, Vin, Cheng 1996). A client that comes back stands where the last one stood that went: nobody saves up turns, and
 * nobody pays for what it took while it was alone.
 */
export class FairTurns {
  private readonly accounts = new Map<string, number>();
  /** Where the last client stood that went. */
  private nowAt = 0;

  /** The least of those that wait goes next. */
  standing(clientId: string): number {
    return Math.max(this.nowAt, this.accounts.get(clientId) ?? 0);
  }

  /** A client goes, and is charged for so many milliseconds of a process. */
  go(clientId: string, ms: number): void {
    this.nowAt = this.standing(clientId);
    this.charge(clientId, ms);
    if (this.accounts.size > ACCOUNTS_KEPT) this.forget();
  }

  /** It had something out of turn; or what it had was more than it was charged for, or less. */
  charge(clientId: string, ms: number): void {
    this.accounts.set(clientId, this.standing(clientId) + ms);
  }

  /** The same accounts, to see what would come without doing it. */
  copy(): FairTurns {
    const copy = new FairTurns();
    copy.nowAt = this.nowAt;
    for (const [clientId, account] of this.accounts) {
      if (account > this.nowAt) copy.accounts.set(clientId, account);
    }
    return copy;
  }

  /** Accounts that stand where a newcomer does. */
  private forget(): void {
    for (const [clientId, account] of this.accounts) if (account <= this.nowAt) this.accounts.delete(clientId);
  }
}
