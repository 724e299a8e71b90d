import { useState, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';

import type { AuditRowAnswer } from '#contracts/audit-answer.js';

import { readAudit, type AuditFilter } from '../api/audit.js';
import { KEYS } from '../api/query-keys.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { When } from '../ui/when.js';
import { AuditRow } from './audit-row.js';
import '../reviews/queue.css';
import '../styles/table.css';

const FIELDS = { actor: 'Who', act: 'Act', subject: 'Kind of thing', subjectId: 'Its id' } as const;
type Field = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as readonly Field[];

const COLUMNS: readonly Column[] = [
  { name: 'Number', rem: 5 },
  { name: 'When', rem: 10.5 },
  { name: 'Who', rem: 11 },
  { name: 'Act', rem: 12.5 },
  { name: 'About' },
  { name: '', rem: 5.5 },
];

/** Everything that people did, the newest first. */
export function AuditPage(): ReactNode {
  const [params, setParams] = useSearchParams();
  const filter: AuditFilter = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = params.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
  const [open, setOpen] = useState<AuditRowAnswer | undefined>(undefined);
  return (
    <>
      <header className="page-head">
        <h1>Audit</h1>
        <a className="button little" href="/api/audit/export" download="audit.ndjson">
          Export all
        </a>
      </header>
      <Filters key={params.toString()} filter={filter} apply={(next) => setParams(next)} />
      <PagedList
        queryKey={KEYS.audit(filter)}
        read={(cursor, signal) => readAudit(filter, cursor, signal)}
        what="the audit"
        empty={<Empty icon="audit" title="Nothing of the kind was done" />}
      >
        {(rows, more) => (
          <VirtualTable
            label="Audit"
            columns={COLUMNS}
            items={rows}
            more={more}
            keyOf={({ number }) => number}
            cells={(row) => <Cells row={row} show={setOpen} />}
          />
        )}
      </PagedList>
      {open === undefined ? null : <AuditRow row={open} close={() => setOpen(undefined)} />}
    </>
  );
}

interface FiltersProps {
  readonly filter: AuditFilter;
  readonly apply: (filter: Record<string, string>) => void;
}

function Filters({ filter, apply }: FiltersProps): ReactNode {
  return (
    <search className="filters" aria-label="Filter the audit">
      <form
        className="filters-form"
        onSubmit={(event) => {
          event.preventDefault();
          const values = [...new FormData(event.currentTarget)].flatMap(([name, value]) =>
            typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [],
          );
          apply(Object.fromEntries(values));
        }}
      >
        {NAMES.map((name) => (
          <label key={name} className={`filter ${filter[name] === undefined ? '' : 'set'}`}>
            <span>{FIELDS[name]}</span>
            <input name={name} defaultValue={filter[name] ?? ''} placeholder="any" spellCheck={false} maxLength={200} />
          </label>
        ))}
        <button type="submit" className="button little">
          Filter
        </button>
        <button type="button" className="button plain little" onClick={() => apply({})}>
          Clear
        </button>
      </form>
    </search>
  );
}

interface CellsProps {
  readonly row: AuditRowAnswer;
  readonly show: (row: AuditRowAnswer) => void;
}

const Cells = ({ row, show }: CellsProps): ReactNode => (
  <>
    <td className="narrow">{row.number}</td>
    <td className="narrow">
      <When at={row.at} />
    </td>
    <td className="foreign">
      {row.actor} <span className="soft small">{row.role ?? row.actorKind}</span>
    </td>
    <td className="mono foreign">{row.act}</td>
    <td>
      {row.subjectType} <span className="soft mono foreign">{row.subjectId}</span>
    </td>
    <td className="narrow acts">
      <button type="button" className="button plain little" onClick={() => show(row)}>
        Details<span className="unseen"> of {row.number}</span>
      </button>
    </td>
  </>
);
