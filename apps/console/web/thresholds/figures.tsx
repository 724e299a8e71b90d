import type { ReactNode } from 'react';

import type { ThresholdAnswer, ThresholdPreview } from '#contracts/threshold-answer.js';
import type { Estimate } from '#moderation/statistics/wilson.js';

import type { Thresholds } from '#moderation/policy.js';

import { inWords } from '../ui/times.js';
import { LABEL_NAMES } from '../words/words.js';
import { Cautions } from './cautions.js';
import type { Parted } from './counts.js';
import { amount, counted, money, shareText } from './numbers.js';
import { BAND_NAMES } from './tuning-words.js';
import { usePartedAt } from './use-parted.js';

const DAY_MS = 86_400_000;

interface FiguresProps {
  /** What the thresholds of the page do. */
  readonly found: ThresholdPreview;
  /** What the live ones do, to the same assets. */
  readonly live: ThresholdAnswer;
  /** They are of thresholds that have been moved since. */
  readonly isOld: boolean;
}

/** What the thresholds do, beside what the live ones do. */
export function Figures(props: FiguresProps & { readonly value: Thresholds }): ReactNode {
  const { found, live, isOld, value } = props;
  const parted = usePartedAt(live, value, isOld ? undefined : found);
  return (
    <>
      <Cautions found={found} />
      <div className="tune-figure-panels">
        <section className="panel tune-figure-panel" aria-label="Against people’s decisions">
          <h2>Against people’s decisions</h2>
          <Quality {...props} />
          <p className="soft small">The intervals hold the truth in 95 of 100 samples (Wilson).</p>
          <ConfusionTable parted={parted} name={LABEL_NAMES[found.label]} />
        </section>
        <section className="panel tune-figure-panel" aria-label="The whole policy, a day">
          <h2>The whole policy, a day</h2>
          <Load {...props} />
          <p className="soft small">
            All labels together: {counted(found.assets)} assets, which came within {inWords(found.days * DAY_MS)}; a day
            is in proportion.
          </p>
        </section>
      </div>
    </>
  );
}

/** Precision and recall with their intervals. */
function Quality({ found, live, isOld }: FiguresProps): ReactNode {
  const [now, before] = [found.statistics, live.statistics];
  const name = LABEL_NAMES[found.label];
  return (
    <table className={`tune-figures ${isOld ? 'old' : ''}`} aria-busy={isOld}>
      <Head live={live.liveVersion} />
      <tbody>
        <Row name="Precision" meaning={`of what this label blocks, what people blocked as ${name}`}>
          {[now.precision, before.precision].map(estimate)}
        </Row>
        <Row name="Recall" meaning={`of what people blocked as ${name}, what this label blocks`}>
          {[now.recall, before.recall].map(estimate)}
        </Row>
        <Row name="Not missed" meaning="of the same, what this label blocks or leaves uncertain">
          {[now.caught, before.caught].map(estimate)}
        </Row>
      </tbody>
    </table>
  );
}

const estimate = (of: Estimate | null): ReactNode =>
  of === null ? (
    <span className="soft">none decided</span>
  ) : (
    <>
      <strong>{shareText(of.share)}</strong>{' '}
      <span className="soft small">
        {shareText(of.low)} – {shareText(of.high)}
      </span>
      <span className="soft small">
        {counted(of.hits)} of {counted(of.of)}
      </span>
    </>
  );

/** People's decisions against the bands. */
function ConfusionTable({ parted, name }: { readonly parted: Parted; readonly name: string }): ReactNode {
  const rows = [
    [`People blocked it as ${name}`, parted.there, 'wrong-clear'],
    ['People allowed it', parted.notThere, 'wrong-violating'],
  ] as const;
  return (
    <table className="tune-figures tune-confusion">
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">What people decided</span>
          </th>
          {(['clear', 'uncertain', 'violating'] as const).map((band) => (
            <th key={band} scope="col" className="tune-number">
              {BAND_NAMES[band]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, bands, wrong]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            {(['clear', 'uncertain', 'violating'] as const).map((band) => {
              const isWrong = wrong === `wrong-${band}` && bands[band] > 0;
              return (
                <td key={band} className={`tune-number ${isWrong ? 'tune-wrong' : ''}`}>
                  {counted(bands[band])}
                  {isWrong ? <span className="small"> wrong</span> : null}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the whole policy comes to in a day. */
function Load({ found, live, isOld }: FiguresProps): ReactNode {
  const both = [found, live];
  const shares = (of: (one: ThresholdPreview) => readonly [part: number, all: number]): ReactNode[] =>
    both.map((one) => {
      const [part, all] = of(one);
      return all === 0 ? '–' : <strong key={0}>{shareText(part / all)}</strong>;
    });
  const hasCosts = found.heavy.costPerDay !== null;
  return (
    <table className={`tune-figures ${isOld ? 'old' : ''}`} aria-busy={isOld}>
      <Head live={live.liveVersion} />
      <tbody>
        <Row name="Blocked at upload" meaning="of all assets, until the final is there">
          {shares(({ policy, assets }) => [policy.provisional.block, assets])}
        </Row>
        <Row name="Blocked in the end" meaning="of those with a final by the heavy model">
          {shares(({ policy }) => [policy.final.block, policy.final.allow + policy.final.block + policy.final.review])}
        </Row>
        <Row name="Reviews a day" meaning="finals that the policy leaves to people">
          {both.map(({ reviewsPerDay }) => (
            <strong key={0}>{amount(reviewsPerDay)}</strong>
          ))}
        </Row>
        <Row name="Heavy seconds a day" meaning="of one core; every asset gets a look, as it does today">
          {both.map(({ heavy }) => seconds(heavy.secondsPerDay, heavy.costPerDay, heavy.currency))}
        </Row>
        <Row name="If uncertain only" meaning="if only what the fast model leaves uncertain got a look">
          {both.map(({ heavy }) =>
            seconds(heavy.secondsPerDayIfUncertainOnly, heavy.costPerDayIfUncertainOnly, heavy.currency),
          )}
        </Row>
      </tbody>
      {hasCosts ? null : (
        <caption className="soft small">Prices are shown to admins, once the heavy model has worked.</caption>
      )}
    </table>
  );
}

const seconds = (ofDay: number | null, cost: number | null, currency: string): ReactNode =>
  ofDay === null ? (
    <span className="soft">not measured</span>
  ) : (
    <>
      <strong>{amount(ofDay)} s</strong>
      {cost === null ? null : <span className="soft small"> {money(cost, currency)}</span>}
    </>
  );

const Head = ({ live }: { readonly live: number }): ReactNode => (
  <thead>
    <tr>
      <th scope="col">
        <span className="unseen">Figure</span>
      </th>
      <th scope="col">With these</th>
      <th scope="col">Live, version {live}</th>
    </tr>
  </thead>
);

interface RowProps {
  readonly name: string;
  readonly meaning: string;
  /** With these thresholds, and with the live ones. */
  readonly children: readonly ReactNode[];
}

function Row({ name, meaning, children }: RowProps): ReactNode {
  const [now, before] = children;
  return (
    <tr>
      <th scope="row">
        {name}
        <span className="tune-meaning soft small">{meaning}</span>
      </th>
      <td>{now}</td>
      <td>{before}</td>
    </tr>
  );
}
