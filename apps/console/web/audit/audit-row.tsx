import type { ReactNode } from 'react';

import type { AuditRowAnswer } from '#contracts/audit-answer.js';

import { Modal } from '../ui/modal.js';
import { asUtc } from '../ui/times.js';
import { When } from '../ui/when.js';

/** One act with what it changed, and its place in the chain. */
export function AuditRow({ row, close }: { readonly row: AuditRowAnswer; readonly close: () => void }): ReactNode {
  const pairs: readonly (readonly [string, ReactNode])[] = [
    ['When', <At key="at" at={row.at} />],
    ['Who', `${row.actor} (${row.role ?? row.actorKind})`],
    ['About', `${row.subjectType} ${row.subjectId ?? ''}`],
    ['Request', row.requestId],
    ['Hash', row.hash],
    ['Hash before', row.previous],
  ];
  return (
    <Modal title={`${row.number}: ${row.act}`} close={close} wide>
      <dl className="pairs">
        {pairs.map(([name, value]) => (
          <Pair key={name} name={name} value={value ?? '—'} />
        ))}
      </dl>
      <pre className="pre" tabIndex={0}>
        {JSON.stringify(row.detail, null, 2)}
      </pre>
    </Modal>
  );
}

const At = ({ at }: Pick<AuditRowAnswer, 'at'>): ReactNode => (
  <>
    <When at={at} /> <span className="soft small">{asUtc(at)}</span>
  </>
);

const Pair = ({ name, value }: { readonly name: string; readonly value: ReactNode }): ReactNode => (
  <>
    <dt>{name}</dt>
    <dd className="foreign mono">{value}</dd>
  </>
);
