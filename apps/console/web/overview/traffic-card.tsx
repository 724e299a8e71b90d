import type { ReactNode } from 'react';

import type { TrafficFigures } from '#contracts/overview-answer.js';

import type { AssetFilter } from '../api/assets.js';
import { Items, useItems } from '../assets/items.js';
import { isProvisionalSource } from '../assets/asset-words.js';
import { CLASS_NAMES, SOURCE_NAMES, VERDICT_DONE } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { percent, perMinute, whole } from './numbers.js';
import { Bars } from './trend.js';
import { secondsOf, useTimes } from './window.js';

const TONES = ['one', 'two', 'three'];
/** What the answers of the door that took nothing in are called. */
const outcomeName = (outcome: string): string =>
  `${outcome.charAt(0).toUpperCase()}${outcome.slice(1).replaceAll('-', ' ')}`;

/** What came in, and what became of it at once. */
export function TrafficCard({ traffic }: { readonly traffic: TrafficFigures }): ReactNode {
  const { uploads, classes, provisional, door, refused } = traffic;
  const blocked = provisional.filter(({ verdict }) => verdict === 'block').reduce((sum, { count }) => sum + count, 0);
  const decided = provisional.reduce((sum, { count }) => sum + count, 0);
  const seconds = secondsOf(useTimes());
  const itemsOf = useItems();
  return (
    <Card id="traffic" title="Traffic" wide>
      <div className="card-split">
        <div>
          <Figures>
            <Figure
              large
              name="Uploads"
              amount={perMinute(uploads.count, seconds)}
              note={`${whole(uploads.count)} taken in`}
              href={itemsOf({}, uploads.count)}
            />
            <Figure
              name="Blocked at once"
              amount={{ value: percent(blocked, decided), unit: '' }}
              note={`${whole(blocked)} of ${whole(decided)}`}
              href={itemsOf({ list: 'provisional', verdict: 'block' }, blocked)}
            />
            <Figure
              name="Refused"
              amount={{ value: whole(refused.count), unit: '' }}
              note={refused.count === 0 ? 'at the door' : `${percent(refused.count, requestsOf(door))}, kept nowhere`}
              tone={refused.count > 0 ? 'watch' : undefined}
            />
          </Figures>
          <ul className="legend" aria-label="Uploads by traffic class">
            {classes.map(({ class: name, count }, index) => (
              <li key={name}>
                <i className={`dot ${TONES[index] ?? ''}`} aria-hidden="true" />
                {CLASS_NAMES[name]}{' '}
                <strong>
                  <Items filter={{ class: name }} count={count} what={`uploads: ${CLASS_NAMES[name].toLowerCase()}`} />
                </strong>
              </li>
            ))}
          </ul>
        </div>
        <Bars name="Uploads" parts={classes.map(({ points }) => points)} tones={TONES} />
      </div>
      <div className="card-lists">
        <Counts
          title="Decided at once"
          rows={provisional.map(({ verdict, source, count }) => ({
            name: `${VERDICT_DONE[verdict]}: ${SOURCE_NAMES[source].toLowerCase()}`,
            count,
            filter: isProvisionalSource(source) ? { list: 'provisional', verdict, source } : undefined,
          }))}
        />
        <Counts
          title="Single uploads, answered"
          note="Counted every 5 s, without images of batches. Answers are kept nowhere: these numbers have no items."
          rows={door.map(({ outcome, count }) => ({ name: outcomeName(outcome), count }))}
        />
      </div>
    </Card>
  );
}

const requestsOf = (door: TrafficFigures['door']): number => door.reduce((sum, { count }) => sum + count, 0);

interface CountRow {
  readonly name: string;
  readonly count: number;
  /** Which assets it counts; left out: none that are kept. */
  readonly filter?: AssetFilter | undefined;
}

interface CountsProps {
  readonly title: string;
  /** What is counted, more exactly. */
  readonly note?: string;
  readonly rows: readonly CountRow[];
}

/** Numbers with what they count, each with its part of the whole. */
export function Counts({ title, note, rows }: CountsProps): ReactNode {
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <h3>{title}</h3>
      {note === undefined ? null : <p className="soft small">{note}</p>}
      {rows.length === 0 ? <p className="soft small">Nothing in this window.</p> : null}
      <ul className="counts">
        {rows.map(({ name, count, filter }) => (
          <li key={name}>
            <span>{name}</span>
            <span className="counts-number">
              {filter === undefined ? whole(count) : <Items filter={filter} count={count} what={name.toLowerCase()} />}
            </span>
            <span className="soft counts-share">{percent(count, all)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
