import 'reflect-metadata';

import { ROOT } from '#service/run-service.js';

import { uploadApi } from './reference/upload-api.js';

process.stdout.write(`${JSON.stringify(uploadApi(ROOT), null, 2)}\n`);
