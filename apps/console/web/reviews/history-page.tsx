import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { OwnDecisionAnswer } from '#contracts/review-answer.js';

import { KEYS } from '../api/query-keys.js';
import { readOwnDecisions } from '../api/reviews.js';
import { Empty } from '../ui/empty.js';
import { PagedList } from '../ui/paged-list.js';
import { VirtualTable, type Column } from '../ui/virtual-table.js';
import { When } from '../ui/when.js';
import { LABEL_NAMES } from '../words/words.js';
import { VerdictBadge } from './badges.js';
import { rowsOf, type DecisionRow, type ManyRow } from './decision-rows.js';
import { Thumbnail } from './thumbnail.js';
import { useUndo, useUndoBulk } from './use-undo.js';
import '../styles/table.css';

const COLUMNS: readonly Column[] = [
  { name: 'Picture', rem: 4.5 },
  { name: 'Decision', rem: 14 },
  { name: 'Why' },
  { name: 'When', rem: 10.5 },
  { name: '', rem: 11 },
];

/** What one has decided, the newest first; each can be taken back as long as it stands. */
export const HistoryPage = (): ReactNode => (
  <>
    <header className="page-head">
      <h1>My decisions</h1>
    </header>
    <PagedList
      queryKey={KEYS.decisions}
      read={readOwnDecisions}
      what="your decisions"
      empty={
        <Empty icon="history" title="Nothing decided yet">
          What you decide is listed here, and can be taken back.
        </Empty>
      }
    >
      {(decisions, more) => (
        <VirtualTable
          label="My decisions"
          columns={COLUMNS}
          items={rowsOf(decisions, more.has)}
          more={more}
          keyOf={keyOf}
          cells={(row) => (row.kind === 'many' ? <Many row={row} /> : <Cells item={row.decision} />)}
        />
      )}
    </PagedList>
  </>
);

const keyOf = (row: DecisionRow): string => (row.kind === 'many' ? row.bulkId : row.decision.id);

/** Stands above those that were one decision, and takes all of them back. */
function Many({ row: { bulkId, first, count, undoable, isCut } }: { readonly row: ManyRow }): ReactNode {
  const undo = useUndoBulk();
  const more = isCut ? '+' : '';
  return (
    <>
      <td />
      <td>
        <VerdictBadge verdict={first.verdict} />{' '}
        {first.policyLabel === null ? '' : `${LABEL_NAMES[first.policyLabel]} · `}
        <strong>{`${count}${more}\u00a0at\u00a0once`}</strong>
      </td>
      <td className="foreign wide">{first.note}</td>
      <td className="narrow">
        <When at={first.decidedAt} />
      </td>
      <td className="narrow acts">
        {undoable === 0 && !isCut ? (
          <span className="soft small">superseded</span>
        ) : (
          <button type="button" className="button little" onClick={() => void undo(bulkId)}>
            Undo all {undoable}
            {more}
          </button>
        )}
      </td>
    </>
  );
}

function Cells({ item }: { readonly item: OwnDecisionAnswer }): ReactNode {
  const undo = useUndo();
  return (
    <>
      <td className="narrow">
        <Thumbnail assetId={item.assetId} labels={item.labels} size={36} />
      </td>
      <td>
        <VerdictBadge verdict={item.verdict} /> {item.policyLabel === null ? '' : LABEL_NAMES[item.policyLabel]}
        {item.bulkId === null ? null : <span className="soft small"> · one of many</span>}
      </td>
      <td className="foreign wide">{item.note}</td>
      <td className="narrow">
        <When at={item.decidedAt} />
      </td>
      <td className="narrow acts">
        {item.reviewId === null ? null : (
          <Link href={`/reviews/${item.reviewId}`} className="button plain little">
            Open
          </Link>
        )}
        {item.undoable ? (
          <button type="button" className="button little" onClick={() => void undo(item.id)}>
            Undo
          </button>
        ) : (
          <span className="soft small">superseded</span>
        )}
      </td>
    </>
  );
}
