import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';

import { afterAttempt, SLOW_MS } from '#moderation/events/after-attempt.js';
import type {
  DeliveryId,
  DeliveryOutcome,
  DeliveryStore,
  EndpointLoad,
  LeasedDelivery,
} from '#persistence/delivery-store.js';
import type { WebhookMetrics } from '#telemetry/webhook-metrics.js';
import type { Logger } from '#telemetry/logger.js';

import type { Tried } from './send-webhook.js';

export interface DeliverParts {
  readonly store: Pick<DeliveryStore, 'isAnyDue' | 'lease' | 'settle' | 'handBack'>;
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
  /** A clock that never goes back. */
  readonly nowMs: () => number;
}

/** Tries under way at once. A connection each, and what it sends. */
export const IN_HAND_MAX = 512;
/** Of these for endpoints that answer promptly, as far as is known. */
export const PROMPT_MAX = 96;
/** For those whose last try has failed or was late, begun as such: they may all hang, and the others have their own. */
export const SLOW_MAX = 64;
/** Whichever room they are in, and late ones among them: nobody who keeps tries waiting has more than an eighth of all. */
export const IN_HAND_PER_CLIENT_MAX = 64;
/** A try that takes longer leaves its room to others; its endpoint counts as slow until it ends. */
export const LATE_MS = 1_000;
/** For one endpoint: it is asked for no more at once than a small server can give. */
export const PER_ENDPOINT_MAX = 4;
/** For one that is slow. One that fails has one. */
export const PER_SLOW_ENDPOINT_MAX = 2;
/** While something is under way: how soon it is written down, and the next begun. */
const BUSY_MS = 20;
const IDLE_MS = 150;
/** An error that is no failure of an endpoint. */
const DEFECT = 'the service made an error';

interface InHand extends DeliveryId {
  readonly clientId: string;
  /** Its endpoint was when it was begun. */
  readonly slow: boolean;
  readonly sinceMs: number;
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
    const isAnyDue = await this.parts.store.isAnyDue();
    const begun = isAnyDue ? (await this.begin(false)) + (await this.begin(true)) : 0;
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

  /** Begins what there is room for among the slow endpoints, or among the prompt ones. @returns how many */
  private async begin(slow: boolean): Promise<number> {
    const { store, leaseMs, nowMs } = this.parts;
    const loads = this.loadsOn(slow);
    const counted = loads.reduce((sum, load) => sum + load.counted, 0);
    const room = slow ? SLOW_MAX : PROMPT_MAX;
    const most = Math.min(room - counted, IN_HAND_MAX - this.inHand.size);
    if (most <= 0) return 0;
    const leased = await store.lease(this.token, leaseMs, {
      slow,
      most,
      mostPerEndpoint: slow ? PER_SLOW_ENDPOINT_MAX : PER_ENDPOINT_MAX,
      // one that has many endpoints leaves room for the others, before it is known that they are late
      mostPerClient: room / 2,
      mostInHandPerClient: IN_HAND_PER_CLIENT_MAX,
      loads,
    });
    const sinceMs = nowMs();
    for (const delivery of leased) {
      const { clientId } = delivery;
      this.inHand.set(keyOf(delivery), { ...idOf(delivery), clientId, slow, sinceMs, running: this.deliver(delivery) });
    }
    return leased.length;
  }

  /**
   * What endpoints have in hand, and how much of it is in the room of the slow ones, or in the other. A try that was begun
   * as prompt and is late is in neither: it is bounded by what its client may have in hand.
   */
  private loadsOn(slow: boolean): EndpointLoad[] {
    const lateSinceMs = this.parts.nowMs() - LATE_MS;
    const loads = new Map<string, EndpointLoad>();
    for (const { endpointId, clientId, sinceMs, ...one } of this.inHand.values()) {
      const isLate = sinceMs <= lateSinceMs;
      const before = loads.get(endpointId) ?? { inHand: 0, counted: 0, late: false };
      loads.set(endpointId, {
        endpointId,
        clientId,
        inHand: before.inHand + 1,
        counted: before.counted + (one.slow === slow && (slow || !isLate) ? 1 : 0),
        late: before.late || isLate,
      });
    }
    return [...loads.values()];
  }

  private async deliver(delivery: LeasedDelivery): Promise<void> {
    const { attempts, failures, endpointChangedAt } = delivery;
    const tried = await this.parts.send(delivery, this.ending.signal).catch((error: unknown): Tried => {
      this.parts.log.error({ err: error, ...idOf(delivery) }, 'a webhook could not be sent');
      return { status: null, retryAfterMs: null, error: DEFECT, responseMs: 0 };
    });
    const { status, error, responseMs } = tried;
    // given up because the service ends: it counts as not tried
    if (status === null && this.ending.signal.aborted) return;
    const after = afterAttempt(tried, { attempts, failures }, this.parts.random());
    const slow = responseMs > SLOW_MS;
    this.outcomes.push({ ...idOf(delivery), endpointChangedAt, after, status, error, responseMs, slow });
  }
}

const idOf = ({ endpointId, eventId }: DeliveryId): DeliveryId => ({ endpointId, eventId });
const keyOf = ({ endpointId, eventId }: DeliveryId): string => `${endpointId} ${eventId}`;
