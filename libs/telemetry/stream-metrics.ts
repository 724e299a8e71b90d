import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts the streams of events that clients read. */
export class StreamMetrics {
  private readonly open: Gauge;
  private readonly ends: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.open = new Gauge({ name: 'portcullis_event_streams', help: 'Streams of events that are open', registers });
    this.ends = new Counter({
      name: 'portcullis_event_streams_ended_total',
      help: 'Streams of events that ended: by their reader, by us, or because the reader was slow',
      labelNames: ['by'],
      registers,
    });
  }

  opened(): void {
    this.open.inc();
  }

  ended(by: string): void {
    this.open.dec();
    this.ends.inc({ by });
  }
}
