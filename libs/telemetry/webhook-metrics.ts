import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Edges in seconds; a try ends after 20 unless a setting says otherwise. */
const RESPONSE_EDGES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** What waits to be delivered. */
export interface WebhookBacklog {
  readonly waiting: number;
  readonly failed: number;
  readonly oldestMs: number | null;
  readonly endpoints: Readonly<Record<string, number>>;
}

/** Counts what is told to clients, and shows what waits to be. */
export class WebhookMetrics {
  private readonly events: Counter;
  private readonly tries: Counter;
  private readonly responses: Histogram;
  private readonly disabledEndpoints: Counter;
  private readonly deliveries: Gauge;
  private readonly endpoints: Gauge;
  private readonly oldest: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.events = new Counter({
      name: 'portcullis_events_total',
      help: 'Events put in order for webhooks and streams',
      registers,
    });
    this.tries = new Counter({
      name: 'portcullis_webhook_tries_total',
      help: 'Tries to deliver an event, and what became of the delivery: delivered, waiting for another try, failed',
      labelNames: ['outcome'],
      registers,
    });
    this.responses = new Histogram({
      name: 'portcullis_webhook_response_seconds',
      help: 'How long a try took',
      buckets: RESPONSE_EDGES,
      registers,
    });
    this.disabledEndpoints = new Counter({
      name: 'portcullis_webhook_endpoints_disabled_total',
      help: 'Endpoints disabled: gone after a 410, failing after days of failures',
      labelNames: ['why'],
      registers,
    });
    const gauge = (name: string, help: string, labelNames: string[]): Gauge =>
      new Gauge({ name, help, labelNames, registers });
    this.deliveries = gauge(
      'portcullis_webhook_deliveries',
      'Deliveries that wait, and that have failed; more than 10 000 of either are not counted',
      ['state'],
    );
    this.endpoints = gauge('portcullis_webhook_endpoints', 'Endpoints of all clients', ['state']);
    this.oldest = gauge(
      'portcullis_webhook_oldest_seconds',
      'Age of the oldest event that waits for an endpoint that is enabled; 0 when none does',
      [],
    );
  }

  ordered(events: number): void {
    this.events.inc(events);
  }

  tried(outcome: string, responseMs: number): void {
    this.tries.inc({ outcome });
    this.responses.observe(responseMs / 1_000);
  }

  disabled(why: string): void {
    this.disabledEndpoints.inc({ why });
  }

  backlogSeen({ waiting, failed, oldestMs, endpoints }: WebhookBacklog): void {
    this.deliveries.set({ state: 'waiting' }, waiting);
    this.deliveries.set({ state: 'failed' }, failed);
    for (const [state, count] of Object.entries(endpoints)) this.endpoints.set({ state }, count);
    this.oldest.set((oldestMs ?? 0) / 1_000);
  }
}
