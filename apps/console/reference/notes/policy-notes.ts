import type { RouteNotes } from '#openapi/route-notes.js';

const STEP: RouteNotes = { problems: ['conflict', 'replay-required', 'approval-required', 'policy-base-stale'] };
const CONFLICT: RouteNotes = { problems: ['conflict'] };

/** Of policies and replays. */
export const POLICY_NOTES: Readonly<Record<string, RouteNotes>> = {
  'PoliciesController.live': { problems: ['not-found'] },
  'PoliciesController.draft': { problems: ['invalid-policy', 'policy-base-stale'] },
  'PoliciesController.publish': STEP,
  'PolicyStepsController.merge': { problems: ['policy-base-stale'] },
  'PolicyStepsController.approve': { problems: ['conflict', 'own-draft'] },
  'PolicyStepsController.refuse': CONFLICT,
  'PolicyStepsController.schedule': STEP,
  'PolicyStepsController.unschedule': CONFLICT,
  'PolicyStepsController.rollBack': CONFLICT,
  'PolicyDraftsController.merge': { problems: ['not-found'] },
  'PolicyDraftsController.begin': { problems: ['invalid-policy', 'conflict'] },
  'PolicyDraftsController.save': { problems: ['invalid-policy', 'conflict'] },
  'PolicyDraftsController.submit': { problems: ['conflict', 'policy-base-stale'] },
  'ReplaysController.ask': CONFLICT,
  'ReplaysController.askOfDraft': CONFLICT,
  'ReplaysController.cancel': CONFLICT,
};
