import type { ClientBound } from './client-bound.js';
import type { Comings } from './comings.js';
import type { AdmissionForecast } from './forecast.js';
import type { AdmissionLine } from './line.js';
import { crowd, giversOf, refusal, type Arrival, type Tier } from './refusal.js';
import type { Sheds } from './sheds.js';
import type { SplitInfers } from './split-infers.js';
import type { Classifier } from '../classifier/classifier.js';
import type { ClassifierShed, ShedReason } from '../classifier/errors.js';

export interface GateOptions {
  readonly classifier: Pick<Classifier, 'isReady' | 'room'>;
  readonly line: AdmissionLine;
  readonly splits: SplitInfers;
  readonly forecast: AdmissionForecast;
  readonly bound: ClientBound;
  readonly comings: Comings;
  readonly sheds: Sheds;
}

/** Says who is let in, and finds a place for whoever is. A classifier that is not ready says itself what it lacks. */
export class AdmissionGate {
  constructor(private readonly options: GateOptions) {}

  /** Why an arrival would be turned away. @param ahead items that will be here before it, and are not yet */
  refusal(arrival: Arrival, deadlineMs: number, ahead: number): ShedReason | undefined {
    return this.options.classifier.isReady ? refusal(arrival, deadlineMs, this.tier(ahead)) : undefined;
  }

  /** Lets an arrival in, if need be in the place of others. @returns the error of one that is turned away, counted */
  admit(arrival: Arrival, deadlineMs: number): ClassifierShed | undefined {
    const { forecast, line, sheds } = this.options;
    const reason = this.refusal(arrival, deadlineMs, 0) ?? this.makeRoom(arrival);
    if (reason === undefined) return undefined;
    line.miss(arrival);
    const leastMs = forecast.leastMs(arrival.views ?? arrival.weight);
    return sheds.shed(reason, this.retryAfterMs, { ms: deadlineMs, leastMs });
  }

  /** When those that wait will be done. */
  get retryAfterMs(): number {
    return this.options.forecast.retryAfterMs(this.options.line.weight);
  }

  /** Has those leave that give way to an arrival. @returns why it is turned away after all */
  private makeRoom(arrival: Arrival): ShedReason | undefined {
    const { classifier, line, bound, sheds } = this.options;
    if (!classifier.isReady) return undefined;
    if (line.size === 0 && classifier.room > 0 && bound.mayBegin(arrival.clientId)) return undefined;
    for (let full = crowd(arrival, this.tier(0)); full !== undefined; full = crowd(arrival, this.tier(0))) {
      const leave = new Set(giversOf(arrival, full, this.options));
      if (leave.size === 0) return full.reason;
      for (const ticket of line.removeWhere((one) => leave.has(one))) {
        line.miss(ticket);
        ticket.reject(sheds.shed('gave_way', this.retryAfterMs));
      }
    }
    return undefined;
  }

  private tier(ahead: number): Tier {
    return { ...this.options, room: this.options.classifier.room, ahead };
  }
}
