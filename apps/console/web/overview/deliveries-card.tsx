import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { DeadLetterFigures, DeliveryFigures } from '#contracts/overview-answer.js';

import { Card, Figure, Figures } from './card.js';
import { deliveryHealth, letterHealth } from './health.js';
import { inTime, upTo, whole } from './numbers.js';
import { Bars } from './trend.js';
import { useTimes } from './window.js';

/** What clients have yet to be told. */
export function DeliveriesCard({ deliveries }: { readonly deliveries: DeliveryFigures }): ReactNode {
  const { waiting, failed, more, oldestMs, endpoints } = deliveries;
  return (
    <Card id="deliveries" title="Deliveries" health={deliveryHealth(deliveries)}>
      <Figures>
        <Figure
          large
          name={more.waiting ? 'Oldest event, at least' : 'Oldest event'}
          amount={oldestMs === null ? { value: 'none', unit: '' } : inTime(oldestMs)}
          href={oldestMs === null ? undefined : '/deliveries?state=waiting'}
          note={<Link href="/deliveries?state=waiting">{upTo(waiting, more.waiting)} wait now</Link>}
          tone={oldestMs === null ? 'quiet' : undefined}
        />
        <Figure
          name="Given up on"
          amount={{ value: upTo(failed, more.failed), unit: '' }}
          href="/deliveries?state=failed"
          note="each can be sent again"
          tone={failed > 0 ? 'bad' : undefined}
        />
        <Figure
          name="Endpoints"
          amount={{ value: whole(endpoints.enabled), unit: '' }}
          href="/deliveries?endpoints=enabled"
          note={
            endpoints.disabled === 0 ? (
              'none disabled'
            ) : (
              <Link href="/deliveries?endpoints=disabled">{whole(endpoints.disabled)} disabled</Link>
            )
          }
          tone={endpoints.disabled > 0 ? 'watch' : undefined}
        />
      </Figures>
    </Card>
  );
}

/** What the heavy tier gave up on. */
export function DeadLettersCard({ letters }: { readonly letters: DeadLetterFigures }): ReactNode {
  const { open, more, reasons, came } = letters;
  const { since } = useTimes();
  return (
    <Card id="dead-letters" title="Dead letters" health={letterHealth(letters)}>
      <Figures>
        <Figure
          large
          name="Open"
          amount={{ value: upTo(open, more), unit: '' }}
          href="/dead-letters"
          note="to explain or try again"
          tone={open > 0 ? 'watch' : undefined}
        />
        <Figure
          name="Came"
          amount={{ value: whole(came.count), unit: '' }}
          note="in this window"
          href={`/dead-letters?${new URLSearchParams({ state: 'all', since }).toString()}`}
        />
      </Figures>
      {came.count === 0 ? null : <Bars name="Dead letters that came" parts={[came.points]} tones={['block']} />}
      {reasons.length === 0 ? null : (
        <ul className="counts plain" aria-label="Open dead letters by reason">
          {reasons.map(({ reason, count }) => (
            <li key={reason}>
              <span>{reason.replaceAll('_', ' ')}</span>
              <span className="counts-number">
                <Link href={`/dead-letters?reason=${reason}`}>{whole(count)}</Link>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
