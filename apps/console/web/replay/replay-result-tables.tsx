import type { ReactNode } from 'react';

import type { ReplayResult } from '#moderation/replay/replay-result.js';
import type { Tier, Verdict } from '#moderation/words.js';

import { TableHead } from '../ui/table-head.js';
import { LABEL_NAMES, TRANSITION_NAMES } from '../words/words.js';
import { countText, moreText } from './numbers.js';
import { labelMoves, transitionRows, verdictMoves } from './tell-result.js';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  allow: 'Allow',
  block: 'Block',
  review: 'Ask a human',
};

/** What becomes of verdicts, transitions and labels. */
export const ReplayResultTables = ({ result }: { readonly result: ReplayResult }): ReactNode =>
  result.assets === 0 ? (
    <p className="soft">No image came in then: there is nothing to tell.</p>
  ) : (
    <div className="policy-tables">
      <MovesTable result={result} tier="heavy" title="Final verdicts" />
      <MovesTable result={result} tier="fast" title="Verdicts at upload" />
      <TransitionTable result={result} />
      <LabelTable result={result} />
    </div>
  );

interface MovesProps {
  readonly result: ReplayResult;
  readonly tier: Tier;
  readonly title: string;
}

function MovesTable({ result, tier, title }: MovesProps): ReactNode {
  const { verdicts, rows } = verdictMoves(result, tier);
  if (verdicts.length === 0) return null;
  return (
    <section className="panel table">
      <h3>{title}</h3>
      <table className="moves">
        <TableHead names={['From', ...verdicts.map((verdict) => `to ${VERDICT_WORDS[verdict].toLowerCase()}`)]} />
        <tbody>
          {rows.map(({ from, counts }) => (
            <tr key={from}>
              <th scope="row">{VERDICT_WORDS[from]}</th>
              {counts.map(({ to, count }) => (
                <td key={to} className={to === from ? 'soft' : count > 0 ? 'is-moved' : 'soft'}>
                  {countText(count)}
                  {to === from ? <span className="small"> stay</span> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function TransitionTable({ result: { before, after } }: { readonly result: ReplayResult }): ReactNode {
  return (
    <section className="panel table">
      <h3>What the final does to the first verdict</h3>
      <table className="moves">
        <TableHead names={['Transition', 'now', 'then', 'difference']} />
        <tbody>
          {transitionRows(before.transitions, after.transitions).map((row) => (
            <tr key={row.transition}>
              <th scope="row">{TRANSITION_NAMES[row.transition]}</th>
              <td>{countText(row.before)}</td>
              <td>{countText(row.after)}</td>
              <td className={row.more === 0 ? 'soft' : 'is-moved'}>{moreText(row.more)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">Held by a rule, of those that need review</th>
            <td>{countText(before.held)}</td>
            <td>{countText(after.held)}</td>
            <td className={before.held === after.held ? 'soft' : 'is-moved'}>{moreText(after.held - before.held)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function LabelTable({ result }: { readonly result: ReplayResult }): ReactNode {
  const rows = labelMoves(result);
  return (
    <section className="panel table">
      <h3>By label, final verdicts</h3>
      {rows.length === 0 ? (
        <p className="soft part-hint">No final verdict changes.</p>
      ) : (
        <table className="moves">
          <TableHead names={['Label', 'newly blocked', 'no longer blocked', 'newly asked', 'no longer asked']} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.label ?? ''}>
                <th scope="row">{row.label === null ? 'None' : LABEL_NAMES[row.label]}</th>
                {[row.newlyBlocked, row.noLongerBlocked, row.newlyAsked, row.noLongerAsked].map((count, at) => (
                  <td key={at} className={count === 0 ? 'soft' : 'is-moved'}>
                    {countText(count)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
