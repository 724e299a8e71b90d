import 'reflect-metadata';

import { describesApi } from '../../../test/support/describes-api.js';
import { consoleApi } from './console-api.js';

describesApi({
  name: 'console',
  path: 'docs/openapi-console.json',
  make: consoleApi,
  raisers: ['apps/console', 'libs/service'],
});
