import type { ReactNode } from 'react';

import type { PolicyChange } from '#moderation/policy-diff.js';

import { TableHead } from '../ui/table-head.js';
import { changeMeaning } from './change-meaning.js';
import { placeName, valueText } from './place-words.js';

interface DiffTableProps {
  readonly changes: readonly PolicyChange[];
  /** What the two columns are called. */
  readonly from: string;
  readonly to: string;
}

/** Where two policies differ, in words; a sentence where they say the same. */
export function DiffTable({ changes, from, to }: DiffTableProps): ReactNode {
  if (changes.length === 0) {
    return (
      <p className="soft">
        {from} and {to} say the same.
      </p>
    );
  }
  return (
    <div className="table panel">
      <table>
        <TableHead names={['Where', from, to, 'What that does']} />
        <tbody>
          {changes.map((change) => (
            <tr key={change.path}>
              <th scope="row">{placeName(change.path)}</th>
              <td className="diff-from">
                <del>{valueText(change.path, change.from)}</del>
              </td>
              <td className="diff-to">
                <ins>{valueText(change.path, change.to)}</ins>
              </td>
              <td className="soft">{changeMeaning(change)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
