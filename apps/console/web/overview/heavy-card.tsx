import type { ReactNode } from 'react';

import type { ClassFigures, HeavyFigures } from '#contracts/overview-answer.js';

import { Items, useItems } from '../assets/items.js';
import { TableHead } from '../ui/table-head.js';
import { CLASS_NAMES } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { heavyHealth } from './health.js';
import { asText, inTime, perMinute, upTo, whole, type Amount } from './numbers.js';
import { Bars } from './trend.js';
import { secondsOf, useTimes } from './window.js';

const SECOND_MS = 1_000;

/** How much waits for its final label, and how fresh labels are. */
export function HeavyCard({ heavy }: { readonly heavy: HeavyFigures }): ReactNode {
  const { finals, waiting, more, oldestMs, backlogSeconds, classes } = heavy;
  const seconds = secondsOf(useTimes());
  const itemsOf = useItems();
  const waitingItems = itemsOf({ list: 'waiting' }, waiting);
  const backlog: Amount = backlogSeconds === null ? { value: 'unknown', unit: '' } : inTime(backlogSeconds * SECOND_MS);
  return (
    <Card id="heavy" title="Heavy tier" health={heavyHealth(heavy)}>
      <Figures>
        <Figure
          large
          name="Backlog"
          amount={
            waiting === 0
              ? { value: '0', unit: 's' }
              : more && backlogSeconds !== null
                ? { ...backlog, value: `${backlog.value}+` }
                : backlog
          }
          note={`${upTo(waiting, more)} wait now`}
          href={waitingItems}
        />
        <Figure
          name="Oldest unlabelled"
          amount={oldestMs === null ? { value: 'none', unit: '' } : inTime(oldestMs)}
          tone={oldestMs === null ? 'quiet' : undefined}
          note="since it came"
          href={waitingItems}
        />
        <Figure
          name="Finals"
          amount={perMinute(finals.count, seconds)}
          note={`${whole(finals.count)} in all`}
          href={itemsOf({ list: 'final' }, finals.count)}
        />
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
    <th scope="row">{CLASS_NAMES[one.class]}</th>
    <td className="number">
      <Items filter={{ list: 'final', class: one.class }} count={one.age.count} what={`finals${of(one)}`} />
    </td>
    <td className="number">{asText(inTime(one.age.p50Ms))}</td>
    <td className="number">{asText(inTime(one.age.p95Ms))}</td>
    <td className={`number ${one.late > 0 ? 'watch' : ''}`}>
      <Items filter={{ list: 'final', class: one.class, late: true }} count={one.late} what={`late finals${of(one)}`} />
    </td>
    <td className="number">
      <Items
        filter={{ list: 'waiting', class: one.class }}
        count={one.waiting}
        more={one.more}
        what={`waiting${of(one)}`}
      />
      {one.waitingLate > 0 ? (
        <span className="bad figures-more">
          {' '}
          <Items
            filter={{ list: 'waiting', class: one.class, late: true }}
            count={one.waitingLate}
            more={one.more}
            what={`waiting too long${of(one)}`}
          />{' '}
          late
        </span>
      ) : null}
    </td>
    <td className="number">{asText(inTime(one.oldestMs))}</td>
  </tr>
);

const of = ({ class: name }: ClassFigures): string => `: ${CLASS_NAMES[name].toLowerCase()}`;
