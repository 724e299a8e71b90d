import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { PolicyAnswer, PolicyDraftAnswer } from '#contracts/policy-answer.js';

import { messageOf } from '../api/api-error.js';
import { createDraft } from '../api/policies.js';
import { KEYS } from '../api/query-keys.js';
import { tell } from '../toasts/toasts.js';

interface BeginDraftProps {
  /** What the draft begins with. */
  readonly from: Pick<PolicyAnswer, 'document' | 'note'>;
  /** It goes on with what the note says, too. */
  readonly keepsNote?: boolean;
  /** What it is to follow. */
  readonly liveVersion: number;
  readonly isMain?: boolean;
  /** Where it leads; the draft itself unless told. */
  readonly below?: string;
  /** Is told of it before its page opens. */
  readonly onBegun?: (draft: PolicyDraftAnswer) => void;
  readonly children: ReactNode;
}

/** Begins a draft, and leads to it. */
export function BeginDraft(props: BeginDraftProps): ReactNode {
  const { from, keepsNote = false, liveVersion, isMain = false, below = '', onBegun, children } = props;
  const client = useQueryClient();
  const [, go] = useLocation();
  const beginning = useMutation({
    mutationFn: () => createDraft({ document: from.document, note: keepsNote ? from.note : '' }, liveVersion),
    onSuccess: (draft) => {
      onBegun?.(draft);
      client.setQueryData(KEYS.policyDraft(draft.id), draft);
      void client.invalidateQueries({ queryKey: KEYS.policyDrafts, exact: true });
      go(`/policies/drafts/${draft.id}${below}`);
    },
    onError: (error) => tell(`No draft was begun: ${messageOf(error)}`, { tone: 'bad' }),
  });
  return (
    <button
      type="button"
      className={`button ${isMain ? 'main' : ''}`}
      disabled={beginning.isPending}
      onClick={() => beginning.mutate()}
    >
      {children}
    </button>
  );
}
