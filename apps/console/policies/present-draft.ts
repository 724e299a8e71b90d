import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { StoredPolicyDraft } from '#persistence/policy-draft-store.js';

export const presentDraft = ({ createdAt, savedAt, ...draft }: StoredPolicyDraft): PolicyDraftAnswer => ({
  ...draft,
  createdAt: createdAt.toISOString(),
  savedAt: savedAt.toISOString(),
});
