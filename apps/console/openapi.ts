import 'reflect-metadata';

import { ROOT } from '#service/run-service.js';

import { consoleApi } from './reference/console-api.js';

process.stdout.write(`${JSON.stringify(consoleApi(ROOT), null, 2)}\n`);
