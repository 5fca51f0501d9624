import { stopTestServer } from './test-server';

/** jest's global teardown: stops the throw-away server, when the set-up started one. */
export default stopTestServer;
