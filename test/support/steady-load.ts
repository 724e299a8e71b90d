import { setTimeout as delay } from 'node:timers/promises';
import type { AssetAnswer } from '#contracts/asset-answer.js';
import type { Answer, TestClient } from './test-client.js';

/** What a client was told, by idempotency key. */
export interface Told {
  readonly key: string;
  readonly answer: Answer<AssetAnswer>;
}

export interface LoadOptions {
  readonly clients: number;
  /** Ends by itself after so many keys; left out: when it is stopped. */
  readonly keysMax?: number;
  /** So that one load's keys are not another's. */
  readonly keyPrefix?: string;
}

/** So that nobody asks a service that is away all the time. */
const AFTER_REFUSAL_MS = 50;
/** A test that failed stops no load, and the run of all tests would never end. */
const LIFE_MS_MAX = 300_000;

/** Clients that upload one image after the other, the same request until it is accepted, as clients do. */
export class SteadyLoad {
  readonly told: Told[] = [];
  /** How often a connection broke: whether the upload was accepted the client does not know. */
  broken = 0;
  /** When all clients have ended. */
  readonly ended: Promise<void>;
  private begun = 0;
  private over = false;
  private readonly endsAtMs = performance.now() + LIFE_MS_MAX;

  constructor(
    private readonly client: TestClient,
    private readonly bytes: Uint8Array,
    private readonly options: LoadOptions,
  ) {
    this.ended = Promise.all(Array.from({ length: options.clients }, () => this.run())).then(() => undefined);
  }

  /** How many answers had this status. */
  count(status: number): number {
    return this.told.filter(({ answer }) => answer.status === status).length;
  }

  /** Every key that was sent. */
  get keys(): string[] {
    return Array.from({ length: this.begun }, (_, index) => this.key(index));
  }

  /** Begins nothing new; resolves when what was begun has been answered, whatever the answer. */
  async stop(): Promise<void> {
    this.over = true;
    await this.ended;
  }

  private key(index: number): string {
    return `${this.options.keyPrefix ?? 'load'}-${index}`;
  }

  private async run(): Promise<void> {
    const { keysMax = Infinity } = this.options;
    while (this.goesOn() && this.begun < keysMax) {
      const key = this.key(this.begun);
      this.begun += 1;
      for (let accepted = false; !accepted && this.goesOn();) {
        accepted = await this.accepted(key);
        if (!accepted) await delay(AFTER_REFUSAL_MS);
      }
    }
  }

  private goesOn(): boolean {
    return !this.over && performance.now() < this.endsAtMs;
  }

  private async accepted(key: string): Promise<boolean> {
    try {
      const answer = await this.client.upload(this.bytes, { key });
      this.told.push({ key, answer });
      return answer.status === 201;
    } catch {
      this.broken += 1;
      return false;
    }
  }
}
