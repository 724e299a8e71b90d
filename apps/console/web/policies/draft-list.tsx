import type { ReactNode } from 'react';
import { Link } from 'wouter';

import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';

import { useDrafts } from '../api/policies.js';
import { useSession } from '../session/use-session.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TableHead } from '../ui/table-head.js';
import { Ago } from '../ui/when.js';
import { keptEdit } from './kept-edits.js';

/** What people are writing; nothing where nobody writes anything. */
export function DraftList({ liveVersion }: { readonly liveVersion: number | undefined }): ReactNode {
  const { data, error, refetch } = useDrafts();
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section aria-labelledby="drafts">
      <h2 id="drafts">Drafts</h2>
      <div className="table panel">
        <table>
          <TableHead names={['Draft', 'State', 'What changes, and why', 'Saved', '']} />
          <tbody>
            {data.items.map((draft) => (
              <DraftRow key={draft.id} draft={draft} liveVersion={liveVersion} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface DraftRowProps {
  readonly draft: PolicyDraftAnswer;
  readonly liveVersion: number | undefined;
}

function DraftRow({ draft, liveVersion }: DraftRowProps): ReactNode {
  const { name } = useSession();
  const { id, author, baseVersion, note, savedAt } = draft;
  const isStale = liveVersion !== undefined && baseVersion !== liveVersion;
  return (
    <tr>
      <td className="narrow">
        <Link href={`/policies/drafts/${id}`}>
          <strong className="foreign">{author === name ? 'Yours' : author}</strong>
        </Link>{' '}
        <span className="soft">on version {baseVersion}</span>
      </td>
      <td className="narrow">
        <span className="badge">Draft</span>
        {isStale ? <span className="badge warn">Overtaken</span> : null}
        {keptEdit(name, id) === undefined ? null : <span className="badge warn">Not saved</span>}
      </td>
      <td className="foreign policy-note">{note === '' ? <span className="soft">nothing said yet</span> : note}</td>
      <td className="narrow">
        <Ago at={savedAt} />
      </td>
      <td className="narrow acts">
        <Link
          href={`/policies/drafts/${id}`}
          className="button plain little"
          aria-label={
            author === name ? `Go on with your draft on version ${baseVersion}` : `Open the draft of ${author}`
          }
        >
          {author === name ? 'Go on' : 'Open'}
        </Link>
      </td>
    </tr>
  );
}
