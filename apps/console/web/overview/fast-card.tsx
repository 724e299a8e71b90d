import type { ReactNode } from 'react';

import type { Durations, FastFigures, TrafficFigures } from '#contracts/overview-answer.js';

import { Items } from '../assets/items.js';
import { TableHead } from '../ui/table-head.js';
import { Card, Figure, Figures } from './card.js';
import { fastHealth } from './health.js';
import { asText, inTime, percent, whole } from './numbers.js';
import { Counts } from './traffic-card.js';
import { Line } from './trend.js';

/** What the stages of an upload are called, in their order. */
const STAGE_NAMES: Readonly<Record<string, string>> = {
  receive: 'Receive',
  queue: 'Wait for the model',
  decode: 'Decode',
  inference: 'Model',
  store: 'Store',
  total: 'All of it',
};
const NONE: Durations = { count: 0, p50Ms: null, p95Ms: null, p99Ms: null };

interface FastProps extends Pick<TrafficFigures, 'provisional'> {
  readonly fast: FastFigures;
}

/** How soon uploads are answered, where the time goes, and what had to be passed over. */
export function FastCard({ fast, provisional }: FastProps): ReactNode {
  const { stages, slos, shed, sheds, p95Points } = fast;
  const total = stages.find(({ stage }) => stage === 'total') ?? NONE;
  const limitMs = slos[0]?.sloMs;
  const unseen = sum(provisional.filter(({ source }) => source === 'default').map(({ count }) => count));
  const [kept, all] = [sum(slos.map((one) => one.kept)), sum(slos.map((one) => one.kept + one.broken))];
  return (
    <Card id="fast" title="Fast tier" health={fastHealth(fast)}>
      <Figures>
        <Figure
          large
          name="Answered in (p95)"
          amount={inTime(total.p95Ms)}
          note={`p99 ${asText(inTime(total.p99Ms))}`}
        />
        <Figure
          name="Within SLO"
          amount={{ value: percent(kept, all), unit: '' }}
          note={limitMs === undefined ? 'no SLO is known yet' : `of ${whole(all)} in ${asText(inTime(limitMs))}`}
        />
        <Figure
          name="Shed"
          amount={{ value: whole(shed.count), unit: '' }}
          note={
            <>
              at the doors;{' '}
              <Items
                filter={{ list: 'provisional', source: 'default' }}
                count={unseen}
                what="uploads that nobody looked at:"
              />{' '}
              decided by default
            </>
          }
          tone={shed.count > 0 ? 'watch' : undefined}
        />
      </Figures>
      <Line name="p95 of answers" points={p95Points} limitMs={limitMs} />
      <Split stages={stages} />
      {sheds.length === 0 ? null : (
        <Counts
          title="Shed, and why"
          note="What was not refused was decided by default."
          rows={sheds.map(({ where, reason, count }) => ({ name: shedName(where, reason), count }))}
        />
      )}
      <p className="soft small">
        Durations and sheds are counted at the doors and kept for no asset: of these numbers, only what was decided by
        default has items.
      </p>
    </Card>
  );
}

const PLACES: Readonly<Record<string, string>> = {
  door: 'At the door',
  queue: 'In the queue',
  oip: 'Inference protocol',
};
const shedName = (where: string, reason: string): string => `${PLACES[where] ?? where}: ${reason.replaceAll('_', ' ')}`;

/** Where the time of an upload goes. */
function Split({ stages }: Pick<FastFigures, 'stages'>): ReactNode {
  const parts = stages.filter(({ stage, count }) => stage !== 'total' && count > 0);
  if (parts.length === 0) return <p className="soft small">No client waited for a decision in this window.</p>;
  const most = Math.max(...parts.map(({ p95Ms }) => p95Ms ?? 0));
  return (
    <div className="table">
      <table className="figures-table">
        <caption className="unseen">Where the time of an upload goes</caption>
        <TableHead names={['Stage', 'p50', 'p95', 'p99']} />
        <tbody>
          {[...parts, ...stages.filter(({ stage }) => stage === 'total')].map(({ stage, p50Ms, p95Ms, p99Ms }) => (
            <tr key={stage} className={stage === 'total' ? 'sum' : ''}>
              <th scope="row">
                {STAGE_NAMES[stage] ?? stage}
                {stage === 'total' ? null : (
                  <svg className="meter" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={most <= 0 ? 0 : ((p95Ms ?? 0) / most) * 100} height={100} />
                  </svg>
                )}
              </th>
              <td className="number">{asText(inTime(p50Ms))}</td>
              <td className="number">{asText(inTime(p95Ms))}</td>
              <td className="number">{asText(inTime(p99Ms))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
