import type { Connection } from './connection.js';
import { followEvents } from './event-stream.js';

type Wake = () => void;

/** One stream of events for everybody in this process who waits for a final; it is open while somebody does. */
export class EventHub {
  /** Whether what happens is heard at present. */
  isOpen = false;
  private readonly waiting = new Map<string, Set<Wake>>();
  private stop: AbortController | undefined;

  constructor(private readonly connection: Connection) {}

  /**
   * Wakes somebody whenever something has happened to an asset, or may have without being heard: before the stream was
   * open, or before they listened.
   *
   * @returns ends it
   */
  listen(assetId: string, wake: Wake): () => void {
    const wakes = this.waiting.get(assetId) ?? new Set();
    this.waiting.set(assetId, wakes.add(wake));
    this.stop ??= this.start();
    if (this.isOpen) wake();
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.waiting.get(assetId) === wakes) this.waiting.delete(assetId);
      if (this.waiting.size === 0) this.end();
    };
  }

  private start(): AbortController {
    const stop = new AbortController();
    void this.follow(stop);
    return stop;
  }

  private end(): void {
    this.stop?.abort();
    this.stop = undefined;
    this.isOpen = false;
  }

  private async follow(stop: AbortController): Promise<void> {
    const isOurs = (): boolean => this.stop === stop;
    const watch = {
      onOpen: () => {
        if (!isOurs()) return;
        this.isOpen = true;
        this.wakeAll();
      },
      onBroken: () => {
        if (isOurs()) this.isOpen = false;
      },
    };
    try {
      for await (const { data } of followEvents(this.connection, { signal: stop.signal }, watch)) {
        const assetId = 'assetId' in data ? data.assetId : '';
        for (const wake of [...(this.waiting.get(assetId) ?? [])]) wake();
      }
    } catch {
      // whoever waits asks again and again; the next one to come tries the stream anew
      if (isOurs()) this.end();
    }
  }

  private wakeAll(): void {
    for (const wakes of [...this.waiting.values()]) for (const wake of [...wakes]) wake();
  }
}
