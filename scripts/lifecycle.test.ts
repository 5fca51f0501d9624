import { Lifecycle } from './lifecycle';

interface Told {
  readonly life: Lifecycle;
  readonly events: string[];
  readonly start: (name: string, stop?: () => Promise<void>) => Promise<string>;
}

function told(): Told {
  const events: string[] = [];
  const life = new Lifecycle((line) => events.push(line));
  return {
    life,
    events,
    start: (name, stop = () => Promise.resolve()) =>
      life.start(
        name,
        () => {
          events.push(`start ${name}`);
          return Promise.resolve(name);
        },
        async () => {
          events.push(`stop ${name}`);
          await stop();
        },
        () => events.push(`force ${name}`),
      ),
  };
}

test('parts stop in the reverse order of their start, once', async () => {
  const { life, events, start } = told();
  await start('database');
  await start('gateway');
  await life.stop();
  await life.stop();
  expect(events).toEqual(['start database', 'start gateway', 'stop gateway', 'stop database']);
});

test('a part that cannot stop is forced and does not keep the others', async () => {
  const { life, events, start } = told();
  await start('database');
  await start('worker', () => Promise.reject(new Error('stuck')));
  await life.stop();
  expect(events.slice(2)).toEqual([
    'stop worker',
    'worker did not stop in order: stuck',
    'force worker',
    'stop database',
  ]);
});

test('what fails to start is not stopped; what runs is', async () => {
  const { life, events, start } = told();
  await start('database');
  const failing = life.start(
    'gateway',
    () => Promise.reject(new Error('no port')),
    () => Promise.resolve(),
  );
  await expect(failing).rejects.toThrow('no port');
  await life.stop();
  expect(events).toEqual(['start database', 'stop database']);
});

test('once it ends nothing more is started', async () => {
  const { life, start, events } = told();
  life.close();
  await expect(start('late')).rejects.toThrow('Stopped while starting');
  expect(events).toEqual([]);
});

test('force ends every part without waiting, last started first', async () => {
  const { life, start, events } = told();
  await start('database');
  await start('gateway');
  life.force();
  expect(events.slice(2)).toEqual(['force gateway', 'force database']);
});
