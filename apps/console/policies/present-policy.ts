import type { PolicyAnswer } from '#contracts/policy-answer.js';
import type { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';

export const presentPolicy = (policy: PolicyVersionEntity): PolicyAnswer => ({
  version: policy.version,
  baseVersion: policy.baseVersion,
  state: policy.state,
  document: policy.document,
  note: policy.note,
  author: policy.author,
  createdAt: policy.createdAt.toISOString(),
  publishedBy: policy.publishedBy,
  publishedAt: policy.publishedAt?.toISOString() ?? null,
  approvedBy: policy.approvedBy,
  approvedAt: policy.approvedAt?.toISOString() ?? null,
  publishAt: policy.publishAt?.toISOString() ?? null,
  publishAtBy: policy.publishAtBy,
  missed: policy.missed,
  restores: policy.restores,
  refusedBy: policy.refusedBy,
  refusedAt: policy.refusedAt?.toISOString() ?? null,
  refusedBecause: policy.refusedBecause,
});
