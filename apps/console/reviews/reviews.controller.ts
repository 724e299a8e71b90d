import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import type { ClaimAnswer, DecidedAnswer, ReviewDetailAnswer, ReviewPage } from '#contracts/review-answer.js';
import { ReviewDecision } from '#contracts/review-decision.js';
import { ReviewQuery } from '#contracts/review-query.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { idFrom } from '#service/id-from.js';

import { Act } from '../audit/act.js';
import { ClaimReview } from './claim-review.js';
import { DecideReview } from './decide-review.js';
import { ListReviews } from './list-reviews.js';
import { ReadReview } from './read-review.js';

@Controller('api/reviews')
export class ReviewsController {
  constructor(
    private readonly listReviews: ListReviews,
    private readonly readReview: ReadReview,
    private readonly claimReview: ClaimReview,
    private readonly decideReview: DecideReview,
  ) {}

  /** Cases still to decide, the most telling first; `next` leads to the page after. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  list(@Query() query: ReviewQuery): Promise<ReviewPage> {
    return this.listReviews.list(query);
  }

  /** A case with its asset, every decision, and the scores behind them. */
  @Get(':id')
  @Access({ roles: ['moderator', 'admin'] })
  read(@Param('id') id: string): Promise<ReviewDetailAnswer> {
    return this.readReview.read(idFrom(id));
  }

  /** Takes the case for a while, or renews one's own claim. */
  @Post(':id/claim')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['moderator', 'admin'] })
  @Act({ act: 'review.claim', subject: 'review' })
  claim(@Caller() caller: Principal, @Param('id') id: string): Promise<ClaimAnswer> {
    return this.claimReview.claim(idFrom(id), caller.holder);
  }

  /** Ends the case: the decision supersedes what stood, and no machine changes it afterwards. */
  @Post(':id/decide')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['moderator', 'admin'] })
  @Act({
    act: 'review.decide',
    subject: 'review',
    asked: ['verdict', 'policyLabel'],
    came: ['revision', 'transition', 'served'],
  })
  decide(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() decision: ReviewDecision,
  ): Promise<DecidedAnswer> {
    return this.decideReview.decide(idFrom(id), decision, caller.holder);
  }
}
