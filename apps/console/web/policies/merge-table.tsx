import type { ReactNode } from 'react';

import type { FieldFault } from '#contracts/problems.js';

import { TableHead } from '../ui/table-head.js';
import type { Choices, MergeRow, Side } from './merge-choice.js';
import { placeName, valueText } from './place-words.js';

interface MergeTableProps {
  readonly rows: readonly MergeRow[];
  readonly choices: Choices;
  readonly choose: (path: string, side: Side) => void;
  readonly names: { readonly base: string; readonly theirs: string; readonly yours: string };
  readonly faults: readonly FieldFault[];
}

/** Places that two people changed, each with what it was and what it can become. */
export function MergeTable({ rows, choices, choose, names, faults }: MergeTableProps): ReactNode {
  if (rows.length === 0) return <p className="soft">Both say the same.</p>;
  return (
    <div className="table panel">
      <table className="merge">
        <TableHead names={['Where', names.base, names.theirs, names.yours]} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.path} className={choices[row.path] === undefined ? 'is-open' : ''}>
              <th scope="row">
                {placeName(row.path)}
                {row.isConflict ? <span className="badge warn"> both changed it</span> : null}
                {faults
                  .filter(({ pointer }) => pointer.startsWith(`/document${row.path}`))
                  .map(({ detail }) => (
                    <span key={detail} className="field-fault">
                      {detail}
                    </span>
                  ))}
              </th>
              <td className="soft" data-name={names.base}>
                {valueText(row.path, row.base)}
              </td>
              <SideCell row={row} side="theirs" name={names.theirs} choices={choices} choose={choose} />
              <SideCell row={row} side="yours" name={names.yours} choices={choices} choose={choose} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SideProps extends Pick<MergeTableProps, 'choices' | 'choose'> {
  readonly row: MergeRow;
  readonly side: Side;
  readonly name: string;
}

const SideCell = ({ row, side, name, choices, choose }: SideProps): ReactNode => (
  <td data-name={name}>
    <label className="tick">
      <input
        type="radio"
        name={row.path}
        checked={choices[row.path] === side}
        aria-label={`${placeName(row.path)}: ${valueText(row.path, row[side])}, as ${name} says`}
        onChange={() => choose(row.path, side)}
      />
      {valueText(row.path, row[side])}
    </label>
  </td>
);
