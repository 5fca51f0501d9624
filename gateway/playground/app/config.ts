/** An example operation. */
export interface Example {
  readonly name: string;
  readonly query: string;
  readonly variables?: string;
}

export interface DemoAccount {
  readonly label: string;
  readonly email: string;
  readonly password: string;
}

/** What the gateway tells the page. */
export interface PlaygroundConfig {
  readonly demoAccounts: readonly DemoAccount[];
  readonly operations: readonly Example[];
}

export async function loadConfig(): Promise<PlaygroundConfig> {
  const response = await fetch('/playground/config.json');
  return (await response.json()) as PlaygroundConfig;
}
