import type { ReactNode } from 'react';

interface TableHeadProps {
  /** In their order; the empty one is of the column with what may be done. */
  readonly names: readonly string[];
}

/** The names of a table's columns. */
export const TableHead = ({ names }: TableHeadProps): ReactNode => (
  <thead>
    <tr>
      {names.map((name) => (
        <th key={name} scope="col">
          {name === '' ? <span className="unseen">More</span> : name}
        </th>
      ))}
    </tr>
  </thead>
);
