import pino, { type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Structured JSON lines on standard error: standard output is for what a person starts the program for. */
export const makeLogger = (name: string, level = 'info'): Logger =>
  pino({ name, level, base: { name } }, pino.destination({ fd: 2, sync: false }));

/** For tests and tools that must stay quiet. */
export const silentLogger = (): Logger => pino({ level: 'silent' });
