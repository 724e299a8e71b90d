import { covers, type Principal } from '#contracts/access.js';
import type { Reviewer } from '#moderation/review.js';

/** Who calls, as the rules of cases know them: seniors and admins may do what others cannot. */
export const reviewerOf = ({ holder, role }: Principal): Reviewer => ({
  name: holder,
  senior: covers(['senior', 'admin'], role),
});
