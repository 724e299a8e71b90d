import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Lets upload bodies through as streams: multipart by its parser, every other type as it comes. Nothing of a body is read
 * before it is known who sends it.
 */
export async function acceptUploadBodies(app: NestFastifyApplication, bodyBytesMax: number): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(multipart, { throwFileSizeLimit: false });
  fastify.removeContentTypeParser(['text/plain', 'application/json']);
  fastify.addContentTypeParser('*', { bodyLimit: bodyBytesMax }, (_request, payload, done) => {
    done(null, payload);
  });
}
