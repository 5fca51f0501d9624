const WORKERS: Readonly<Record<string, string>> = { json: 'json', graphql: 'graphql' };

// The editor checks and completes in workers of our own origin.
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(`/playground/${WORKERS[label] ?? 'editor'}.worker.js`),
  },
});
