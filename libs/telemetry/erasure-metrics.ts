import { Counter, Gauge, type Registry } from 'prom-client';

/** What a service counts of assets that are erased. */
export class ErasureMetrics {
  private readonly assets: Counter;
  private readonly waiting: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.assets = new Counter({
      name: 'portcullis_assets_erased_total',
      help: 'Assets that were erased, by why: client, admin, retention',
      labelNames: ['cause'],
      registers,
    });
    this.waiting = new Gauge({
      name: 'portcullis_erased_bytes_waiting',
      help: 'Erased assets whose bytes are still to be removed',
      registers,
    });
  }

  erased(cause: string, assets = 1): void {
    this.assets.inc({ cause }, assets);
  }

  bytesWaiting(assets: number): void {
    this.waiting.set(assets);
  }
}
