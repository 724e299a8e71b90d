import { ClientBound } from './client-bound.js';
import { Comings } from './comings.js';
import { CostlyLane } from './costly-lane.js';
import { Expiry } from './expiry.js';
import { AdmissionForecast } from './forecast.js';
import { AdmissionGate } from './gate.js';
import { GivenUpWatch } from './given-up-watch.js';
import { AdmissionLine } from './line.js';
import { LongLooks } from './long-looks.js';
import { AdmissionLooks, type LooksOptions } from './looks.js';
import { LooksInHand } from './looks-in-hand.js';
import type { AdmissionOptions, AdmissionState } from './options.js';
import { Sheds } from './sheds.js';
import { SplitInfers } from './split-infers.js';
import type { CostlyTicket, Ticket } from './ticket.js';
import { ClientTimes } from '../batching/client-times.js';

/** What an admission queue is made of. */
export interface QueueParts {
  readonly line: AdmissionLine;
  readonly inHand: LooksInHand<Ticket | CostlyTicket>;
  readonly forecast: AdmissionForecast;
  readonly bound: ClientBound;
  readonly comings: Comings;
  readonly splits: SplitInfers;
  readonly sheds: Sheds;
  readonly gate: AdmissionGate;
  readonly costly: CostlyLane;
  readonly looks: AdmissionLooks;
  readonly givenUp: GivenUpWatch;
  readonly expiry: Expiry;
}

export interface QueueHooks extends Pick<LooksOptions, 'onSpared'> {
  /** Something may begin, or has waited too long. */
  readonly onDue: () => void;
}

/** The parts, put together. */
export function openParts(options: AdmissionOptions, nowMs: () => number, { onSpared, onDue }: QueueHooks): QueueParts {
  const { classifier, sloMs } = options;
  const [clients, comings, longLooks] = [new ClientTimes(nowMs), new Comings(nowMs), new LongLooks(sloMs, nowMs)];
  const [sheds, splits] = [new Sheds(), new SplitInfers()];
  const line: AdmissionLine = new AdmissionLine({
    batchMaxBy: (deadlineAtMs) => forecast.batchMaxWithin(deadlineAtMs - nowMs()),
    mayBegin: (clientId) => bound.mayBegin(clientId),
    nowMs,
  });
  const inHand: LooksInHand<Ticket | CostlyTicket> = new LooksInHand<Ticket | CostlyTicket>(
    nowMs,
    (ticket, ms) => line.charge(ticket, ms),
    () => givenUp.begin(),
  );
  const givenUp = new GivenUpWatch({ classifier, inHand, longLooks, nowMs, onFreed: onDue });
  const forecast = new AdmissionForecast({ ...options, clients, longLooks, inHand, room: () => classifier.room });
  const bound = new ClientBound({ classifier, inHand, comings, clients, longLooks, nowMs });
  const gate = new AdmissionGate({ classifier, line, splits, forecast, bound, comings, sheds });
  const costly = new CostlyLane({
    ...{ classifier, forecast, line, comings, inHand, longLooks, sloMs, nowMs },
    shed: (reason) => sheds.shed(reason, gate.retryAfterMs),
    onBegin: () => options.onBatch?.(1, 'idle'),
    onEnd: onDue,
  });
  const looks = new AdmissionLooks({
    ...{ ...options, forecast, inHand, longLooks, clients, costly, nowMs, onSpared },
  });
  const retryAfterMs = (): number => gate.retryAfterMs;
  const expiry = new Expiry({ classifier, line, forecast, bound, sheds, retryAfterMs, nowMs, onDue });
  return { line, inHand, forecast, bound, comings, splits, sheds, gate, costly, looks, givenUp, expiry };
}

/** What the parts know of how the queue stands. */
export function stateOf(parts: QueueParts): Omit<AdmissionState, 'overloaded' | 'dispatches'> {
  const { forecast, line, costly, inHand, sheds } = parts;
  const { limit, batchMax, capacityPerSecond } = forecast;
  const pending = line.weight + costly.size;
  return { pending, limit, running: inHand.items, batchMax, capacityPerSecond, sheds: sheds.byReason };
}
