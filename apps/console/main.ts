import 'reflect-metadata';

import { runService } from '#service/run-service.js';

import { startConsole } from './start-console.js';

await runService('console', startConsole);
