import 'reflect-metadata';

import { runService } from '#service/run-service.js';

import { startUpload } from './start-upload.js';

await runService('upload', startUpload);
