import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { ReconciliationFigures, SloDurations } from '#contracts/overview-answer.js';
import type { Transition } from '#moderation/words.js';

import { TableHead } from '../ui/table-head.js';
import { LABEL_NAMES, TRANSITION_NAMES } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { reconciliationHealth } from './health.js';
import { asText, inTime, percent, whole } from './numbers.js';
import { Bars } from './trend.js';

/** Those that have cases in the queue. */
const WITH_CASES: readonly Transition[] = ['late_block', 'late_release', 'needs_review'];
const TONES: Readonly<Record<Transition, string>> = {
  confirmed_allow: 'two',
  confirmed_block: 'three',
  late_block: 'block',
  late_release: 'allow',
  needs_review: 'one',
};

/** What the heavy tier changed, how long the wrong thing stood, and where the tiers agree. */
export function ReconciliationCard({ figures }: { readonly figures: ReconciliationFigures }): ReactNode {
  const { transitions, exposure, wrongfulHold } = figures;
  const all = transitions.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card id="reconciliation" title="Reconciliation" health={reconciliationHealth(figures)}>
      <Figures>
        <Stood name="Exposure (p95)" stood={exposure} href="/reviews?transition=late_block" what="served" />
        <Stood
          name="Wrongful hold (p95)"
          stood={wrongfulHold}
          href="/reviews?transition=late_release"
          what="withheld"
        />
      </Figures>
      <Bars
        name="Finals that changed something or need a human"
        parts={transitions.filter(({ transition }) => WITH_CASES.includes(transition)).map(({ points }) => points)}
        tones={WITH_CASES.map((transition) => TONES[transition])}
      />
      <ul className="counts" aria-label="Transitions">
        {transitions.map(({ transition, count }) => (
          <li key={transition}>
            <span>
              <i className={`dot ${WITH_CASES.includes(transition) ? TONES[transition] : 'none'}`} aria-hidden="true" />
              {TRANSITION_NAMES[transition]}
            </span>
            <span className="counts-number">
              {WITH_CASES.includes(transition) ? (
                <Link href={`/reviews?transition=${transition}`}>{whole(count)}</Link>
              ) : (
                whole(count)
              )}
            </span>
            <span className="soft counts-share">{percent(count, all)}</span>
          </li>
        ))}
      </ul>
      <Agreement figures={figures} />
    </Card>
  );
}

interface StoodProps {
  readonly name: string;
  readonly stood: SloDurations;
  readonly href: string;
  readonly what: string;
}

function Stood({ name, stood, href, what }: StoodProps): ReactNode {
  const { count, p95Ms, sloMs, over } = stood;
  const kept = over === 0 ? `all within ${asText(inTime(sloMs))}` : `${whole(over)} over ${asText(inTime(sloMs))}`;
  return (
    <Figure
      large
      name={name}
      amount={count === 0 ? { value: 'none', unit: '' } : inTime(p95Ms)}
      href={count === 0 ? undefined : href}
      note={count === 0 ? `nothing was ${what} wrongly` : `${whole(count)} ${what} wrongly, ${kept}`}
      tone={over > 0 ? 'bad' : count === 0 ? 'quiet' : undefined}
    />
  );
}

/** Of what either tier found to violate: how much both did. */
function Agreement({ figures: { agreement, compared } }: { readonly figures: ReconciliationFigures }): ReactNode {
  return (
    <div className="table">
      <table className="figures-table">
        <caption className="card-caption">
          Tier agreement <span className="soft">over {whole(compared)} assets that both scored</span>
        </caption>
        <TableHead names={['Violating', 'Agree', 'Both', 'Fast only', 'Heavy only']} />
        <tbody>
          {agreement.map(({ label, both, fastOnly, heavyOnly }) => (
            <tr key={label}>
              <th scope="row">
                <Link href={`/reviews?label=${label}`}>{LABEL_NAMES[label]}</Link>
              </th>
              <td className="number">{percent(both, both + fastOnly + heavyOnly)}</td>
              <td className="number">{whole(both)}</td>
              <td className="number">{whole(fastOnly)}</td>
              <td className="number">{whole(heavyOnly)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
