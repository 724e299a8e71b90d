import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import { afterAttempt } from '#moderation/events/after-attempt.js';
import type { DeliveryId, DeliveryOutcome, DeliveryStore, LeasedDelivery } from '#persistence/delivery-store.js';
import type { WebhookMetrics } from '#telemetry/webhook-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import type { Tried } from './send-webhook.js';

export interface DeliverParts {
  readonly store: Pick<DeliveryStore, 'lease' | 'settle' | 'handBack'>;
  /** One try; whatever happens is a result. */
  readonly send: (delivery: LeasedDelivery, signal: AbortSignal) => Promise<Tried>;
  readonly metrics: Pick<WebhookMetrics, 'tried' | 'disabled'>;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Longer than a try takes: what is not heard of by then is tried by somebody else. */
  readonly leaseMs: number;
  /** An endpoint that nothing but failures came of for this long is disabled. */
  readonly failingMsMax: number;
  /** 0..1, evenly. */
  readonly random: () => number;
}

/** Tries under way at once. A connection each, and what it sends. */
export const IN_HAND_MAX = 128;
/** Of these for endpoints whose last try has failed: they may all hang, and the others have the rest. */
export const FAILING_IN_HAND_MAX = 32;
/** For one endpoint: it is asked for no more at once than a small server can give. */
export const PER_ENDPOINT_MAX = 4;
/** While something is under way: how soon it is written down, and the next begun. */
const BUSY_MS = 20;
const IDLE_MS = 150;
/** An error that is no failure of an endpoint. */
const DEFECT = 'the service made an error';

interface InHand extends DeliveryId {
  readonly failing: boolean;
  readonly running: Promise<void>;
}

/** Delivers events: takes what is due of every endpoint in its turn, sends it, and writes down what came of it. */
export class DeliverEvents {
  private readonly token = randomUUID();
  private readonly inHand = new Map<string, InHand>();
  private readonly ending = new AbortController();
  private outcomes: DeliveryOutcome[] = [];

  constructor(private readonly parts: DeliverParts) {
    // each try listens to it
    setMaxListeners(2 * IN_HAND_MAX, this.ending.signal);
  }

  /** Writes down what has ended and begins what there is room for. @returns milliseconds to rest */
  async step(): Promise<number> {
    const ended = await this.writeDown();
    const begun = (await this.begin(false)) + (await this.begin(true));
    return ended + begun > 0 ? BUSY_MS : IDLE_MS;
  }

  /** Lets what is under way end for `graceMs`, and hands back the rest. No step is under way. */
  async stop(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    const running = Promise.all([...this.inHand.values()].map((one) => one.running));
    await Promise.race([running, late]).finally(() => clearTimeout(timer));
    this.ending.abort();
    await running;
    await this.writeDown();
    if (this.inHand.size > 0) await this.parts.store.handBack(this.token, [...this.inHand.values()]);
  }

  private async writeDown(): Promise<number> {
    if (this.outcomes.length === 0) return 0;
    const { store, metrics, log, failingMsMax } = this.parts;
    // a copy: others end while these are written
    const outcomes = [...this.outcomes];
    const disabled = await store.settle(this.token, outcomes, failingMsMax);
    // kept until it is written: what the database was too late for is written the next time
    this.outcomes = this.outcomes.slice(outcomes.length);
    for (const outcome of outcomes) {
      this.inHand.delete(keyOf(outcome));
      metrics.tried(outcome.after.state, outcome.responseMs);
    }
    for (const { endpointId, clientId, why } of disabled) {
      metrics.disabled(why);
      log.warn({ endpointId, clientId, why }, 'an endpoint is disabled: its client has to enable it again');
    }
    return outcomes.length;
  }

  private async begin(failing: boolean): Promise<number> {
    const { store, leaseMs } = this.parts;
    const all = [...this.inHand.values()];
    const failingInHand = all.filter((one) => one.failing).length;
    const most = failing
      ? Math.min(FAILING_IN_HAND_MAX - failingInHand, IN_HAND_MAX - all.length)
      : IN_HAND_MAX - FAILING_IN_HAND_MAX - (all.length - failingInHand);
    if (most <= 0) return 0;
    const inHand = new Map<string, number>();
    for (const { endpointId } of all) inHand.set(endpointId, (inHand.get(endpointId) ?? 0) + 1);
    const mostPerEndpoint = failing ? 1 : PER_ENDPOINT_MAX;
    const leased = await store.lease(this.token, leaseMs, { most, mostPerEndpoint, inHand, failing });
    for (const delivery of leased) {
      this.inHand.set(keyOf(delivery), { ...idOf(delivery), failing, running: this.deliver(delivery) });
    }
    return leased.length;
  }

  private async deliver(delivery: LeasedDelivery): Promise<void> {
    const { attempts, failures } = delivery;
    const tried = await this.parts.send(delivery, this.ending.signal).catch((error: unknown): Tried => {
      this.parts.log.error({ err: error, ...idOf(delivery) }, 'a webhook could not be sent');
      return { status: null, retryAfterMs: null, error: DEFECT, responseMs: 0 };
    });
    const { status, error, responseMs } = tried;
    // given up because the service ends: it counts as not tried
    if (status === null && this.ending.signal.aborted) return;
    const after = afterAttempt(tried, { attempts, failures }, this.parts.random());
    this.outcomes.push({ ...idOf(delivery), after, status, error, responseMs });
  }
}

const idOf = ({ endpointId, eventId }: DeliveryId): DeliveryId => ({ endpointId, eventId });
const keyOf = ({ endpointId, eventId }: DeliveryId): string => `${endpointId} ${eventId}`;
