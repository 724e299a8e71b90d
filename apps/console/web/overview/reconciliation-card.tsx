import type { ReactNode } from 'react';

import type { ReconciliationFigures, SloDurations } from '#contracts/overview-answer.js';
import type { Transition } from '#moderation/words.js';

import type { AssetFilter } from '../api/assets.js';
import { SEEN_BY_NAMES } from '../assets/asset-words.js';
import { Items, useItems } from '../assets/items.js';
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
        <Stood name="Exposure (p95)" stood={exposure} from="exposedFromMs" what="served" />
        <Stood name="Wrongful hold (p95)" stood={wrongfulHold} from="heldFromMs" what="withheld" />
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
              <Items
                filter={{ list: 'reconciled', transition }}
                count={count}
                what={TRANSITION_NAMES[transition].toLowerCase()}
              />
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
  /** What a list of those that stood for so long is narrowed by. */
  readonly from: 'exposedFromMs' | 'heldFromMs';
  readonly what: string;
}

function Stood({ name, stood, from, what }: StoodProps): ReactNode {
  const { count, p95Ms, sloMs, over } = stood;
  const itemsOf = useItems();
  const longerThan = (ms: number): AssetFilter => ({ list: 'reconciled', [from]: ms });
  const slo = asText(inTime(sloMs));
  return (
    <Figure
      large
      name={name}
      amount={count === 0 ? { value: 'none', unit: '' } : inTime(p95Ms)}
      href={itemsOf(longerThan(0), count)}
      note={
        count === 0 ? (
          `nothing was ${what} wrongly`
        ) : over === 0 ? (
          `${whole(count)} ${what} wrongly, all within ${slo}`
        ) : (
          <>
            {whole(count)} {what} wrongly,{' '}
            <Items filter={longerThan(sloMs + 1)} count={over} what={`${what} wrongly for too long:`} /> over {slo}
          </>
        )
      }
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
          Tier agreement{' '}
          <span className="soft">
            over <Items filter={{ list: 'final', seenBy: 'compared' }} count={compared} what="compared:" /> assets that
            both scored
          </span>
        </caption>
        <TableHead names={['Violating', 'Agree', 'Both', 'Fast only', 'Heavy only']} />
        <tbody>
          {agreement.map(({ label, both, fastOnly, heavyOnly }) => (
            <tr key={label}>
              <th scope="row">{LABEL_NAMES[label]}</th>
              <td className="number">{percent(both, both + fastOnly + heavyOnly)}</td>
              <Found label={label} seenBy="both" count={both} />
              <Found label={label} seenBy="fast" count={fastOnly} />
              <Found label={label} seenBy="heavy" count={heavyOnly} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface FoundProps extends Required<Pick<AssetFilter, 'label' | 'seenBy'>> {
  readonly count: number;
}

/** How many of those that both tiers scored were found by both, or by one of them. */
const Found = ({ label, seenBy, count }: FoundProps): ReactNode => (
  <td className="number">
    <Items
      filter={{ list: 'final', label, seenBy }}
      count={count}
      what={`${LABEL_NAMES[label]}, ${SEEN_BY_NAMES[seenBy].toLowerCase()}`}
    />
  </td>
);
