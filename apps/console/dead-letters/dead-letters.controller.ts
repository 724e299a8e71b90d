import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';

import type { Principal } from '#contracts/access.js';
import { DeadLetterQuery, DeadLettersBody, readDeadLetterId } from '#contracts/dead-letter.js';
import type {
  DeadLetterDetailAnswer,
  DeadLetterPage,
  DiscardedAnswer,
  ResubmittedAnswer,
} from '#contracts/dead-letter-answer.js';
import { Access, Caller } from '#service/api-key.guard.js';

import { Act } from '../audit/act.js';
import { CloseDeadLetters } from './close-dead-letters.js';
import { noDeadLetter, ReadDeadLetters } from './read-dead-letters.js';

@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly readLetters: ReadDeadLetters,
    private readonly closeLetters: CloseDeadLetters,
  ) {}

  /** Newest first; `next` leads to the page after. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  list(@Query() query: DeadLetterQuery): Promise<DeadLetterPage> {
    return this.readLetters.list(query);
  }

  /** One with all that explains it: what happened, what was tried, what to do now. */
  @Get(':id')
  @Access({ roles: ['moderator', 'admin'] })
  read(@Param('id') text: string): Promise<DeadLetterDetailAnswer> {
    const id = readDeadLetterId(text);
    if (id === undefined) throw noDeadLetter();
    return this.readLetters.find(id);
  }

  /** Has them tried again. */
  @Post('resubmit')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'dead_letter.resubmit', subject: 'dead_letter', asked: ['reason'], came: ['items', 'left'] })
  resubmit(@Caller() caller: Principal, @Body() body: DeadLettersBody): Promise<ResubmittedAnswer> {
    return this.closeLetters.resubmit(body, caller.holder);
  }

  /** Gives them up for good: their assets stay with a human. */
  @Post('discard')
  @HttpCode(HttpStatus.OK)
  @Access({ roles: ['admin'] })
  @Act({ act: 'dead_letter.discard', subject: 'dead_letter', asked: ['reason'], came: ['items', 'left'] })
  discard(@Caller() caller: Principal, @Body() body: DeadLettersBody): Promise<DiscardedAnswer> {
    return this.closeLetters.discard(body, caller.holder);
  }
}
