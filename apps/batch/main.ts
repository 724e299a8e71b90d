import 'reflect-metadata';

import { runService } from '#service/run-service.js';

import { startBatch } from './start-batch.js';

await runService('batch', startBatch);
