import { Controller, Get, Query } from '@nestjs/common';

import { DeadLetterQuery, type DeadLetterList } from '#contracts/dead-letter.js';
import { DeadLetterStore } from '#persistence/dead-letter-store.js';
import { Access } from '#service/api-key.guard.js';

@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetterStore) {}

  /** Newest first. */
  @Get()
  @Access({ roles: ['moderator', 'admin'] })
  async list(@Query() { limit }: DeadLetterQuery): Promise<DeadLetterList> {
    const letters = await this.deadLetters.list(limit);
    return { items: letters.map((letter) => ({ ...letter, createdAt: letter.createdAt.toISOString() })) };
  }
}
