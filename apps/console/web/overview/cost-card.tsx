import type { ReactNode } from 'react';

import type { CostAnswer, CostLine } from '#contracts/cost-answer.js';

import { ProblemNote } from '../ui/problem-note.js';
import { TableHead } from '../ui/table-head.js';
import { TIER_NAMES } from '../words/words.js';
import { Card, Figure, Figures } from './card.js';
import { asText, percent, UNKNOWN, whole, type Amount } from './numbers.js';
import { useCosts } from './use-overview.js';
import { useTimes } from './window.js';

const PER = 1_000_000;
const DIGITS = 3;

/** Money as it is configured: it is never converted. */
const money = (amount: number | null, unit: string): Amount =>
  amount === null
    ? UNKNOWN
    : { value: Number(amount.toPrecision(DIGITS)).toLocaleString('en-US', { maximumFractionDigits: 6 }), unit };

const perMillion = ({ costPerItem }: Pick<CostLine, 'costPerItem'>, currency: string): Amount =>
  money(costPerItem === null ? null : costPerItem * PER, currency);

/** What each tier and model version took and cost, for admins. */
export function CostCard(): ReactNode {
  const { data, error } = useCosts(useTimes().since, true);
  return (
    <Card id="cost" title="Cost" wide>
      {error === null ? null : <ProblemNote error={error} />}
      {data === undefined ? null : <Costs costs={data} />}
    </Card>
  );
}

function Costs({ costs: { items, total, currency, pricePerCoreHour } }: { readonly costs: CostAnswer }): ReactNode {
  return (
    <>
      <Figures>
        <Figure
          large
          name="Both tiers"
          amount={money(total.cost, currency)}
          note={`at ${asText(money(pricePerCoreHour, currency))} a core-hour`}
        />
        <Figure
          name="A million items"
          amount={perMillion(total, currency)}
          note={`${whole(total.items)} were inferred`}
        />
        <Figure
          name="Busy"
          amount={{ value: percent(total.busyCoreMs, total.allocatedCoreMs), unit: '' }}
          note="of the cores that are paid for"
        />
      </Figures>
      <p className="soft small">Inferences are counted by the minute and kept for no asset: they have no items.</p>
      {items.length === 0 ? (
        <p className="soft small">No tier has run in this window.</p>
      ) : (
        <div className="table">
          <table className="figures-table with-text">
            <caption className="unseen">Cost by tier and model version</caption>
            <TableHead names={['Tier', 'Model', 'Items', 'Busy', 'A million', 'Cost']} />
            <tbody>
              {items.map((line) => (
                <Line key={`${line.tier} ${line.modelId}`} line={line} currency={currency} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const Line = ({ line, currency }: { readonly line: CostLine; readonly currency: string }): ReactNode => (
  <tr>
    <th scope="row">{TIER_NAMES[line.tier]}</th>
    <td className="foreign small">{line.modelId}</td>
    <td className="number">{whole(line.items)}</td>
    <td className="number">{percent(line.busyCoreMs, line.allocatedCoreMs)}</td>
    <td className="number">{asText(perMillion(line, currency))}</td>
    <td className="number">{asText(money(line.cost, currency))}</td>
  </tr>
);
