import { type DocumentNode, execute, parse } from 'graphql';
import { serveCommands } from '../bench.program';
import { wholeSchema } from './catalogue';
import { listen, plainServer } from './plain-server';

/** What no gateway can beat: graphql-js on one schema over plain HTTP, each document parsed once. */
function start(): Promise<number> {
  const schema = wholeSchema();
  const documents = new Map<string, DocumentNode>();
  const server = plainServer(async ({ query, variables }) => {
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    return execute({ schema, document, variableValues: variables });
  });
  return listen(server);
}

serveCommands({ start });
