/**
 * What differs from PostgreSQL's defaults, or must not depend on an edited postgresql.conf. Given on the command line,
 * which wins over the file.
 */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  // this machine only; a socket file would be a second door, and its path may be longer than the 107 bytes allowed
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // upload, batch and console services with pools of 10 to 20, their queues, and some for people
  max_connections: '100',
  // the working set is small rows; the rest of the memory belongs to models and images
  shared_buffers: '128MB',
  // an answer that a client saw is on the disk
  fsync: 'on',
  synchronous_commit: 'on',
  // whole pages are written after each checkpoint: half the bytes for a little processor time
  wal_compression: 'on',
  // errors of statements reach the service that sent them, which logs them; the file would only grow
  log_min_messages: 'log',
};
