import type { OverviewAnswer } from '#contracts/overview-answer.js';

import { asText, countOf, inTime, percent } from './numbers.js';

/** How something stands to what is promised, in a word; `why` says it in a few. */
export interface Health {
  readonly tone: 'good' | 'watch' | 'bad' | 'quiet';
  readonly word: string;
  readonly why: string;
}

/** Of uploads that keep the SLO of a provisional decision: p99 is within it. */
const KEPT_AT_LEAST = 0.99;
/** Fewer are no p99. */
const BROKEN_BADLY = 0.05;
/** Deliveries that wait longer than a try or two. */
const DELIVERY_MS_MAX = 600_000;

export function fastHealth({ stages, slos, shed }: OverviewAnswer['fast']): Health {
  const [kept, broken] = [sum(slos.map((one) => one.kept)), sum(slos.map((one) => one.broken))];
  const [latest] = slos;
  const all = kept + broken;
  if (shed.count > 0) {
    return { tone: 'watch', word: 'Shed some', why: `${countOf(shed.count, 'upload')} not looked at for want of time` };
  }
  if (latest === undefined || all === 0 || stages.length === 0) {
    return { tone: 'quiet', word: 'No uploads', why: 'no client waited for a decision' };
  }
  const why = `${percent(kept, all)} within ${asText(inTime(latest.sloMs))}`;
  if (kept / all >= KEPT_AT_LEAST) return { tone: 'good', word: 'Within SLO', why };
  return broken / all > BROKEN_BADLY
    ? { tone: 'bad', word: 'SLO broken', why }
    : { tone: 'watch', word: 'Below SLO', why };
}

export function heavyHealth({ classes, waiting, more, backlogSeconds, finals }: OverviewAnswer['heavy']): Health {
  const orMore = more ? ' or more' : '';
  const late = sum(classes.map((one) => one.waitingLate));
  if (late > 0)
    return { tone: 'bad', word: 'Late', why: `${countOf(late, 'asset')}${orMore} without the final that was promised` };
  if (waiting > 0 && backlogSeconds === null) {
    return {
      tone: 'watch',
      word: 'Not moving',
      why: `${countOf(waiting, 'asset')}${orMore} wait, and nothing was labelled lately`,
    };
  }
  const lateFinals = sum(classes.map((one) => one.late));
  if (lateFinals > 0) {
    return {
      tone: 'watch',
      word: 'Was late',
      why: `${percent(lateFinals, finals.count)} of finals came after their time`,
    };
  }
  return waiting === 0 && finals.count === 0
    ? { tone: 'quiet', word: 'Nothing to do', why: 'no asset waits for its final' }
    : { tone: 'good', word: 'In time', why: 'every final came when it was promised' };
}

export function reconciliationHealth({
  exposure,
  wrongfulHold,
  transitions,
}: OverviewAnswer['reconciliation']): Health {
  const over = exposure.over + wrongfulHold.over;
  if (over > 0) {
    return { tone: 'bad', word: 'SLO broken', why: `${countOf(over, 'asset')} stood wrongly for longer than promised` };
  }
  if (sum(transitions.map(({ count }) => count)) === 0) {
    return { tone: 'quiet', word: 'No finals', why: 'nothing was reconciled' };
  }
  return exposure.count + wrongfulHold.count === 0
    ? { tone: 'good', word: 'No reversals', why: 'nothing was served or withheld wrongly' }
    : { tone: 'good', word: 'Within SLO', why: 'what stood wrongly did so for a short time' };
}

export function peopleHealth({ queue }: OverviewAnswer['people']): Health {
  const more = queue.more ? ' or more' : '';
  if (queue.red > 0) return { tone: 'bad', word: 'Overdue', why: `${countOf(queue.red, 'case')}${more} past the SLA` };
  if (queue.amber > 0)
    return { tone: 'watch', word: 'Due soon', why: `${countOf(queue.amber, 'case')}${more} due soon` };
  return queue.green > 0
    ? { tone: 'good', word: 'In time', why: 'no case is past its SLA' }
    : { tone: 'quiet', word: 'Nothing waits', why: 'no case is open' };
}

export function deliveryHealth({ failed, more, oldestMs, endpoints }: OverviewAnswer['deliveries']): Health {
  if (failed > 0) {
    return {
      tone: 'bad',
      word: 'Failing',
      why: `${countOf(failed, 'event')}${more.failed ? ' or more' : ''} given up on`,
    };
  }
  if (endpoints.disabled > 0) {
    return { tone: 'watch', word: 'Disabled', why: `${countOf(endpoints.disabled, 'endpoint')} hear nothing` };
  }
  if (oldestMs !== null && oldestMs > DELIVERY_MS_MAX) {
    return { tone: 'watch', word: 'Behind', why: `the oldest event waits for ${asText(inTime(oldestMs))}` };
  }
  return endpoints.enabled === 0
    ? { tone: 'quiet', word: 'No endpoints', why: 'no client has a webhook' }
    : { tone: 'good', word: 'Delivered', why: 'clients hear in time' };
}

export function letterHealth({ open, more }: OverviewAnswer['deadLetters']): Health {
  if (open === 0) return { tone: 'good', word: 'None', why: 'no dead letter is open' };
  return { tone: 'watch', word: 'To explain', why: `${countOf(open, 'dead letter')}${more ? ' or more' : ''} open` };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
