import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { ClassFigures, HeavyFigures } from '#contracts/overview-answer.js';

import { addressOf } from '../reviews/queue-filter.js';
import { TableHead } from '../ui/table-head.js';
import { CLASS_NAMES } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { heavyHealth } from './health.js';
import { asText, inTime, perMinute, whole, type Amount } from './numbers.js';
import { Bars } from './trend.js';
import { secondsOf, useTimes } from './window.js';

const SECOND_MS = 1_000;

/** How much waits for its final label, and how fresh labels are. */
export function HeavyCard({ heavy }: { readonly heavy: HeavyFigures }): ReactNode {
  const { finals, waiting, oldestMs, backlogSeconds, classes } = heavy;
  const seconds = secondsOf(useTimes());
  const backlog: Amount = backlogSeconds === null ? { value: 'unknown', unit: '' } : inTime(backlogSeconds * SECOND_MS);
  return (
    <Card id="heavy" title="Heavy tier" health={heavyHealth(heavy)}>
      <Figures>
        <Figure
          large
          name="Backlog"
          amount={waiting === 0 ? { value: '0', unit: 's' } : backlog}
          note={`${whole(waiting)} wait now`}
        />
        <Figure
          name="Oldest unlabelled"
          amount={oldestMs === null ? { value: 'none', unit: '' } : inTime(oldestMs)}
          tone={oldestMs === null ? 'quiet' : undefined}
          note="since it came"
        />
        <Figure name="Finals" amount={perMinute(finals.count, seconds)} note={`${whole(finals.count)} in all`} />
      </Figures>
      <Bars name="Finals" parts={[finals.points]} />
      <div className="table">
        <table className="figures-table">
          <caption className="unseen">Freshness by traffic class</caption>
          <TableHead names={['Freshness', 'Finals', 'p50', 'p95', 'Late', 'Waiting', 'Oldest']} />
          <tbody>
            {classes.map((one) => (
              <Freshness key={one.class} one={one} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const Freshness = ({ one }: { readonly one: ClassFigures }): ReactNode => (
  <tr>
    <th scope="row">
      <Link href={addressOf('/reviews', { class: one.class })}>{CLASS_NAMES[one.class]}</Link>
    </th>
    <td className="number">{whole(one.age.count)}</td>
    <td className="number">{asText(inTime(one.age.p50Ms))}</td>
    <td className="number">{asText(inTime(one.age.p95Ms))}</td>
    <td className={`number ${one.late > 0 ? 'watch' : ''}`}>{whole(one.late)}</td>
    <td className="number">
      {whole(one.waiting)}
      {one.waitingLate > 0 ? <span className="bad figures-more"> {whole(one.waitingLate)} late</span> : null}
    </td>
    <td className="number">{asText(inTime(one.oldestMs))}</td>
  </tr>
);
