import { Problem } from '#contracts/problems.js';
import { policyFaults, type PolicyDocument } from '#moderation/policy.js';

/** @throws Problem `invalid-policy` with every fault of a document that would not decide every score vector */
export function refuseFaults(document: PolicyDocument): void {
  const errors = policyFaults(document).map(({ pointer, detail }) => ({ pointer: `/document${pointer}`, detail }));
  if (errors.length === 0) return;
  throw new Problem('invalid-policy', 'The policy is not stored; `errors` names what is wrong with it.', { errors });
}
