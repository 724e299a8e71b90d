import 'reflect-metadata';

import { describesApi } from '../../../test/support/describes-api.js';
import { uploadApi } from './upload-api.js';

describesApi({
  name: 'upload',
  path: 'docs/openapi.json',
  make: uploadApi,
  raisers: ['apps/upload', 'libs/service', 'libs/inference'],
});
