import { Controller, Delete, Get, Headers, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Principal } from '#contracts/access.js';
import type { BulkAnswer, BulkPage } from '#contracts/bulk-answer.js';
import { BulkQuery } from '#contracts/bulk-query.js';
import { Problem } from '#contracts/problems.js';
import { BulkStore, type BulkSubmission } from '#persistence/bulk-store.js';
import { Access, Caller } from '#service/api-key.guard.js';
import { clientOf } from '#service/client-of.js';
import { idFrom } from '#service/id-from.js';
import { allowLongBody } from '#service/long-body.js';

import { heldOpen, isByteStream } from '../assets/read-body.js';
import { idempotencyKey } from '../idempotency-key.js';
import { InTurn } from '../limits/in-turn.interceptor.js';
import { Metered } from '../limits/metered.guard.js';
import { BatchReader } from './batch-reader.js';
import { presentBatch } from './present-batch.js';
import { SubmitBatch } from './submit-batch.js';

@Controller('v1/batches')
export class BatchesController {
  constructor(
    private readonly submitBatch: SubmitBatch,
    private readonly store: BulkStore,
    private readonly reader: BatchReader,
  ) {}

  /** Takes JSON lines of addresses, or one archive of images; they are worked off in the background. */
  @Post()
  @Metered('batches')
  @Access({ roles: ['client'], scope: 'upload' })
  async submit(
    @Caller() caller: Principal,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('content-type') contentType: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BulkAnswer> {
    const clientId = clientOf(caller);
    const { body } = request;
    if (!isByteStream(body)) throw new Problem('empty-body', 'Send JSON lines or an archive as the request body.');
    const arrived = allowLongBody(request.raw.socket, this.reader.arrivalMsMax);
    try {
      const { id, replayed } = await this.submitBatch.submit(
        clientId,
        idempotencyKey(key),
        contentType ?? '',
        heldOpen(body),
        caller.limits?.assetsPerDay ?? null,
      );
      if (replayed) void reply.header('idempotent-replayed', 'true');
      void reply.status(HttpStatus.ACCEPTED).header('location', `/v1/batches/${id}`);
      return await this.reader.answer(await this.find(clientId, id));
    } finally {
      arrived();
    }
  }

  /** Newest first; `next` leads to the page after. */
  @Get()
  @InTurn()
  @Access({ roles: ['client'], scope: 'read' })
  async list(@Caller() caller: Principal, @Query() { cursor, limit }: BulkQuery): Promise<BulkPage> {
    const batches = await this.store.list(clientOf(caller), limit + 1, cursor);
    const items = batches.slice(0, limit).map(presentBatch);
    return { items, next: batches.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Where it stands, and what came of it so far. */
  @Get(':id')
  @InTurn()
  @Access({ roles: ['client'], scope: 'read' })
  async read(@Caller() caller: Principal, @Param('id') id: string): Promise<BulkAnswer> {
    return this.reader.answer(await this.find(clientOf(caller), idFrom(id)));
  }

  /** Items that failed, as JSON lines that may be sent again. */
  @Get(':id/errors')
  @Access({ roles: ['client'], scope: 'read' })
  async errors(@Caller() caller: Principal, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const clientId = clientOf(caller);
    await this.reader.sendErrors(clientId, async () => (await this.find(clientId, idFrom(id))).id, reply);
  }

  /** Gives up what is not done yet. */
  @Delete(':id')
  @InTurn()
  @Access({ roles: ['client'], scope: 'upload' })
  async cancel(@Caller() caller: Principal, @Param('id') id: string): Promise<BulkAnswer> {
    const clientId = clientOf(caller);
    const batch = await this.find(clientId, idFrom(id));
    await this.store.cancel(clientId, batch.id);
    return this.reader.answer(await this.find(clientId, batch.id));
  }

  private async find(clientId: string, id: string): Promise<BulkSubmission> {
    const batch = await this.store.find(clientId, id);
    if (batch === undefined) throw new Problem('not-found', 'You have no batch with this id.');
    return batch;
  }
}
