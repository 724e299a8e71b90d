import type { ReactNode } from 'react';

import type { Thresholds } from '#moderation/policy.js';

import { TableHead } from '../ui/table-head.js';
import { STANDINGS, type Bar } from './counts.js';
import { counted, scoreText } from './numbers.js';
import { BAND_NAMES, STANDING_NAMES } from './tuning-words.js';

interface BinTableProps {
  readonly bars: readonly Bar[];
  readonly name: string;
  readonly thresholds: Thresholds;
}

/** The histogram as a table: the same bars, the same numbers, and what the thresholds make of each. */
export function BinTable({ bars, name, thresholds }: BinTableProps): ReactNode {
  const columns = ['Score', 'These thresholds', 'All', ...STANDINGS.map((one) => STANDING_NAMES[one])];
  return (
    <table>
      <caption className="unseen">Assets by their score of {name}, and by what stands of them in the end</caption>
      <TableHead names={[...columns, 'People: blocked for it', 'People: allowed']} />
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.from} className={bar.all === 0 ? 'soft' : ''}>
            <th scope="row" className="tune-number">
              {scoreText(bar.from)} – {scoreText(bar.to)}
            </th>
            <td>{bandsText(bar, thresholds)}</td>
            {[bar.all, ...STANDINGS.map((one) => bar.standing[one]), bar.there, bar.notThere].map((count, at) => (
              <td key={at} className="tune-number">
                {counted(count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The bands that a bar's scores lie in: more than one where a threshold cuts it. */
function bandsText({ from, to }: Bar, { clearBelow, blockFrom }: Thresholds): string {
  const isEnd = to === 1;
  const names = [
    from < clearBelow ? BAND_NAMES.clear : '',
    clearBelow < blockFrom && from < blockFrom && to > clearBelow ? BAND_NAMES.uncertain : '',
    to > blockFrom || (isEnd && blockFrom === 1) ? BAND_NAMES.violating : '',
  ];
  return names.filter((name) => name !== '').join(', ');
}
