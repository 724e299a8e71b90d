import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { PeopleFigures } from '#contracts/overview-answer.js';

import { Items, useItems } from '../assets/items.js';
import { addressOf } from '../reviews/queue-filter.js';
import { CHANGE_NAMES } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { peopleHealth } from './health.js';
import { asText, inTime, whole } from './numbers.js';
import { Bars } from './trend.js';

const TONES = ['block', 'allow', 'one'];

/** What waits for people, and what they did. */
export function PeopleCard({ people }: { readonly people: PeopleFigures }): ReactNode {
  const { queue, slaMs, opened, decided, age } = people;
  const all = queue.open + queue.claimed + queue.held + queue.escalated;
  const more = queue.more ? '+' : '';
  const itemsOf = useItems();
  const states = [
    ['open', 'Open', queue.open],
    ['claimed', 'Claimed', queue.claimed],
    ['held', 'Put off', queue.held],
    ['escalated', 'Escalated', queue.escalated],
  ] as const;
  return (
    <Card id="people" title="People’s work" health={peopleHealth(people)}>
      <Figures>
        <Figure
          large
          name="Cases to decide"
          amount={{ value: `${whole(all)}${more}`, unit: '' }}
          href="/reviews"
          note="now"
        />
        <Figure
          name="Overdue"
          amount={{ value: `${whole(queue.red)}${more}`, unit: '' }}
          href={addressOf('/reviews', { olderThanMs: slaMs })}
          note={`open for over ${asText(inTime(slaMs))}`}
          tone={queue.red > 0 ? 'bad' : undefined}
        />
        <Figure
          name="Decided"
          amount={{ value: whole(decided.count), unit: '' }}
          href={itemsOf({ list: 'decided' }, decided.count)}
          note={decided.count === 0 ? 'in this window' : `half within ${asText(inTime(age.p50Ms))}`}
        />
      </Figures>
      <Bars name="Cases that came" parts={opened.map(({ points }) => points)} tones={TONES} />
      <div className="card-lists">
        <div>
          <h3>Now</h3>
          <ul className="counts plain">
            {states.map(([state, name, count]) => (
              <li key={state}>
                <span>{name}</span>
                <span className="counts-number">
                  <Link href={`/reviews?state=${state}`}>
                    {whole(count)}
                    {more}
                  </Link>
                </span>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3>Came in this window</h3>
          <ul className="counts plain">
            {opened.map(({ change, count }, index) => (
              <li key={change}>
                <span>
                  <i className={`dot ${TONES[index] ?? ''}`} aria-hidden="true" />
                  {CHANGE_NAMES[change]}
                </span>
                <span className="counts-number">
                  <Items
                    filter={{ list: 'opened', transition: change }}
                    count={count}
                    what={`cases opened: ${CHANGE_NAMES[change].toLowerCase()}`}
                  />
                </span>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Card>
  );
}
