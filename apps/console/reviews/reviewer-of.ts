import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

import { covers, type Principal } from '#contracts/access.js';
import { Problem } from '#contracts/problems.js';
import { TAB, TAB_HEADER, TURN, TURN_HEADER } from '#contracts/review-work.js';
import type { Reviewer } from '#moderation/review.js';

import { headerOf, type WebRequest } from '../sign-in/web-request.js';

/**
 * Who calls, as the rules of cases know them: seniors and admins may do what others cannot.
 *
 * @param tab what the request says of the tab that it comes from
 * @param turn and of its place among all that this tab asks
 * @throws Problem `invalid-request` for what is no tab's
 */
function reviewerOf({ holder, role }: Principal, tab: string | undefined, turn: string | undefined): Reviewer {
  if (tab !== undefined && !TAB.test(tab)) {
    throw new Problem('invalid-request', `The header \`${TAB_HEADER}\` must be 16 to 64 letters, digits, - and _.`);
  }
  if (turn !== undefined && !TURN.test(turn)) {
    throw new Problem('invalid-request', `The header \`${TURN_HEADER}\` must be a whole number of up to 9 digits.`);
  }
  const number = turn === undefined ? undefined : Number(turn);
  return { name: holder, senior: covers(['senior', 'admin'], role), tab, turn: number };
}

/** The caller as a reviewer, in the tab that asks. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext): Reviewer => {
  const request = context.switchToHttp().getRequest<WebRequest>();
  if (request.principal === undefined) throw new Error('a route that asks for its caller must not be open');
  return reviewerOf(request.principal, headerOf(request, TAB_HEADER), headerOf(request, TURN_HEADER));
});
