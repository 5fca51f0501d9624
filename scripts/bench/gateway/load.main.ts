import { Client, type Dispatcher } from 'undici';
import { serveCommands } from '../bench.program';
import { quantile } from '../process-figures';
import { canonical } from './canonical';

/** One stretch of load. */
export interface Load {
  readonly port: number;
  readonly query: string;
  readonly authorization?: string;
  /** The value of the one variable at each request: always the same, or another one each time. */
  readonly offset: 'repeated' | 'varying';
  /** Where varying offsets begin. */
  readonly from: number;
  readonly clients: number;
  readonly seconds: number;
  /** What is answered for offsets that are looked at closely, canonical. */
  readonly expected: Readonly<Record<string, string>>;
}

/** What a stretch of load gave. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were compared with what is expected, byte for byte after sorting. */
  readonly compared: number;
}

/** Closed loop: each client sends its next request when it has the answer, over its own kept connection. */
async function run(load: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const until = performance.now() + load.seconds * 1000;
  const began = performance.now();
  let next = load.from;
  let compared = 0;
  const client = async (): Promise<void> => {
    const connection = new Client(`http://127.0.0.1:${load.port}`, { pipelining: 1 });
    while (performance.now() < until) {
      const offset = load.offset === 'repeated' ? load.from : next++;
      const sent = performance.now();
      const text = await post(connection, load, offset);
      latencies.push(performance.now() - sent);
      const expected = load.expected[offset.toString()];
      if (expected === undefined || (load.offset === 'repeated' && latencies.length % 100 !== 1)) {
        mustLookRight(text);
        continue;
      }
      compared += 1;
      if (canonical(text) !== expected) throw new Error(`a wrong answer: ${text.slice(0, 300)}`);
    }
    await connection.close();
  };
  await Promise.all(Array.from({ length: load.clients }, client));
  return {
    requests: latencies.length,
    seconds: (performance.now() - began) / 1000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    compared,
  };
}

/** Cheap enough for every answer: no error, and all of a page's products and reviews. */
function mustLookRight(text: string): void {
  const reviews = text.split('"stars"').length - 1;
  if (reviews !== 60 || text.includes('"errors"')) {
    throw new Error(`an answer with ${reviews} reviews: ${text.slice(0, 300)}`);
  }
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/** Straight on undici's dispatcher: the client shares the machine with what it measures. */
function post(connection: Client, { query, authorization }: Load, offset: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => (status = code),
      onResponseData: (_controller, chunk) => chunks.push(chunk),
      onResponseEnd: () => {
        const text = Buffer.concat(chunks).toString();
        if (status === 200) resolve(text);
        else reject(new Error(`status ${status}: ${text.slice(0, 300)}`));
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    };
    connection.dispatch(
      {
        path: '/graphql',
        method: 'POST',
        headers: { ...HEADERS, ...(authorization !== undefined && { authorization }) },
        body: JSON.stringify({ query, variables: { offset } }),
      },
      handler,
    );
  });
}

serveCommands({ run });
