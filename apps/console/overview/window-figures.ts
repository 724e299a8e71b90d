import type { FastFigures, OverviewAnswer, ReconciliationFigures, TrafficFigures } from '#contracts/overview-answer.js';
import { CASE_TRANSITIONS } from '#contracts/review-query.js';
import { FINDINGS } from '#moderation/label.js';
import { quantile } from '#moderation/overview/duration-bins.js';
import { PROVISIONAL_VERDICTS, SOURCES, TRAFFIC_CLASSES, TRANSITIONS } from '#moderation/words.js';

import { durationsOf, ranked, rounded, seriesOf, type Counted } from './figures-of.js';

/** How long the wrong thing may stand, in milliseconds. */
interface Slos {
  readonly exposureMs: number;
  readonly wrongfulHoldMs: number;
}

/** The stages of an upload in their order. */
const STAGES = ['total', 'receive', 'queue', 'decode', 'inference', 'store'];
/** Of uploads that the door did not refuse. */
const TAKEN = ['accepted', 'replayed'];

export function trafficOf(counted: Counted): TrafficFigures {
  const { all, steps } = counted;
  const refused = seriesOf(counted, 'door');
  const taken = TAKEN.map((outcome) => seriesOf(counted, 'door', outcome));
  return {
    uploads: seriesOf(counted, 'upload'),
    classes: TRAFFIC_CLASSES.map((name) => ({ class: name, ...seriesOf(counted, 'upload', name) })),
    provisional: PROVISIONAL_VERDICTS.flatMap((verdict) =>
      SOURCES.map((source) => ({ verdict, source, count: all.count('provisional', `${verdict} ${source}`) })),
    ).filter(({ count }) => count > 0),
    door: ranked(counted, 'door').map(([outcome, count]) => ({ outcome, count })),
    refused: {
      count: taken.reduce((left, { count }) => left - count, refused.count),
      points: steps.map((_, step) =>
        taken.reduce((left, one) => left - (one.points[step] ?? 0), refused.points[step] ?? 0),
      ),
    },
  };
}

export function fastOf(counted: Counted): FastFigures {
  const { all, steps } = counted;
  const slos = new Set([...all.names('slo').keys()].map((name) => Number(name.split(' ')[0])));
  return {
    stages: STAGES.map((stage) => ({ stage, ...durationsOf(all.bins('stage', `${stage} `)) })),
    p95Points: steps.map((step) => rounded(quantile(step.bins('stage', 'total '), 0.95))),
    slos: [...slos].reverse().map((sloMs) => ({
      sloMs,
      kept: all.count('slo', `${sloMs} kept`),
      broken: all.count('slo', `${sloMs} broken`),
    })),
    shed: seriesOf(counted, 'shed'),
    sheds: ranked(counted, 'shed').map(([name, count]) => {
      const [where = '', reason = ''] = name.split(' ');
      return { where, reason, count };
    }),
  };
}

export function reconciliationOf(counted: Counted, slos: Slos): ReconciliationFigures {
  const { all } = counted;
  return {
    transitions: TRANSITIONS.map((transition) => ({ transition, ...seriesOf(counted, 'transition', transition) })),
    exposure: {
      ...durationsOf(all.bins('exposure')),
      sloMs: slos.exposureMs,
      over: all.count('exposure_over'),
    },
    wrongfulHold: { ...durationsOf(all.bins('hold')), sloMs: slos.wrongfulHoldMs, over: all.count('hold_over') },
    compared: all.count('compared'),
    agreement: FINDINGS.map((label) => ({
      label,
      both: all.count('found', `${label} both`),
      fastOnly: all.count('found', `${label} fast`),
      heavyOnly: all.count('found', `${label} heavy`),
    })),
  };
}

/** What people did in the window. */
export const workOf = (counted: Counted): Pick<OverviewAnswer['people'], 'opened' | 'decided' | 'age'> => ({
  opened: CASE_TRANSITIONS.map((change) => ({ change, ...seriesOf(counted, 'opened', change) })),
  decided: seriesOf(counted, 'decided'),
  age: durationsOf(counted.all.bins('case_age')),
});
