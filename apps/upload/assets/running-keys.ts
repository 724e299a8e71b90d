import { Problem } from '#contracts/problems.js';

/**
 * Idempotency keys whose first request is still running in this process. The database's unique key decides between
 * processes; this spares the work where it can be known at once.
 */
export class RunningKeys {
  private readonly running = new Set<string>();

  has(clientId: string, key: string): boolean {
    return this.running.has(nameOf(clientId, key));
  }

  /** Runs `work` unless the same client's key is at work already. @throws Problem `still-running` */
  async hold<T>(clientId: string, key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    const name = nameOf(clientId, key);
    if (this.running.has(name)) {
      throw new Problem(
        'still-running',
        'Send the same request again in a second; it returns the answer of the first.',
      );
    }
    this.running.add(name);
    try {
      return await work();
    } finally {
      this.running.delete(name);
    }
  }
}

const nameOf = (clientId: string, key: string): string => `${clientId} ${key}`;
