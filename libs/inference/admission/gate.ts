import type { AdmissionForecast } from './forecast.js';
import type { AdmissionLine } from './line.js';
import { crowd, giversOf, refusal, type Arrival, type Crowd } from './refusal.js';
import type { Sheds } from './sheds.js';
import type { SplitInfers } from './split-infers.js';
import type { Classifier } from '../classifier/classifier.js';
import type { ClassifierShed, ShedReason } from '../classifier/errors.js';

export interface GateOptions {
  readonly classifier: Pick<Classifier, 'isReady' | 'room'>;
  readonly line: AdmissionLine;
  readonly splits: SplitInfers;
  readonly forecast: AdmissionForecast;
  readonly sheds: Sheds;
}

/** Says who is let in, and finds a place for whoever is. A classifier that is not ready says itself what it lacks. */
export class AdmissionGate {
  constructor(private readonly options: GateOptions) {}

  /** Why an arrival would be turned away. @param ahead items that will be here before it, and are not yet */
  refusal(arrival: Arrival, deadlineMs: number, ahead: number): ShedReason | undefined {
    const { classifier, line, splits, forecast } = this.options;
    if (!classifier.isReady) return undefined;
    return refusal(arrival, deadlineMs, { room: classifier.room, ahead, line, splits, forecast });
  }

  /** Lets an arrival in, if need be in the place of others. @returns the error of one that is turned away, counted */
  admit(arrival: Arrival, deadlineMs: number): ClassifierShed | undefined {
    const { forecast, sheds } = this.options;
    const reason = this.refusal(arrival, deadlineMs, 0) ?? this.makeRoom(arrival);
    if (reason === undefined) return undefined;
    const leastMs = forecast.leastMs(arrival.views ?? arrival.weight);
    return sheds.shed(reason, this.retryAfterMs, { ms: deadlineMs, leastMs });
  }

  /** When those that wait will be done. */
  get retryAfterMs(): number {
    return this.options.forecast.retryAfterMs(this.options.line.weight);
  }

  /** Has those leave that give way to an arrival. @returns why it is turned away after all */
  private makeRoom(arrival: Arrival): ShedReason | undefined {
    const { classifier, line, forecast, sheds } = this.options;
    const { isReady, room } = classifier;
    if (!isReady || (line.size === 0 && room > 0)) return undefined;
    const full = (): Crowd | undefined => crowd(arrival, { room, ahead: 0, line, forecast });
    for (let crowded = full(); crowded !== undefined; crowded = full()) {
      const leave = new Set(giversOf(arrival, crowded, line));
      if (leave.size === 0) return crowded.reason;
      for (const ticket of line.removeWhere((one) => leave.has(one))) {
        ticket.reject(sheds.shed('gave_way', this.retryAfterMs));
      }
    }
    return undefined;
  }
}
