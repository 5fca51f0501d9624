import { type ChildProgram, startChild } from './child-program';
import type { Lifecycle } from './lifecycle';
import type { Role } from './settings.table';
import { StartProblem } from './start-problem';

/** What the process that started us may ask for: a role's process killed, or started again. */
export interface RoleWish {
  readonly role: Role;
  readonly be: 'killed' | 'started';
}

/** Every role as a process of its own. One that ends unasked ends the whole system in order. */
export class RoleProcesses {
  private readonly running = new Map<Role, ChildProgram>();
  private readonly killed = new Map<Role, () => void>();

  constructor(
    private readonly life: Lifecycle,
    private readonly ports: ReadonlyMap<Role, number>,
    private readonly envOf: (role: Role) => Readonly<Record<string, string>>,
  ) {}

  async start(role: Role): Promise<void> {
    const child = await this.life.start(
      role,
      () => this.child(role),
      (started) => started.stop(),
      (started) => {
        started.force();
      },
    );
    this.running.set(role, child);
  }

  /** Over IPC, as journeys do that look at an outage. Answers with the wish when it has come true. */
  obeyParent(): void {
    process.on('message', (wish: RoleWish) => {
      const done = wish.be === 'killed' ? this.kill(wish.role) : this.start(wish.role);
      void done.then(() => process.send?.(wish));
    });
  }

  /** `kill -9`; the others go on. */
  private kill(role: Role): Promise<void> {
    return new Promise((resolve) => {
      this.killed.set(role, resolve);
      this.running.get(role)?.force();
    });
  }

  private child(role: Role): Promise<ChildProgram> {
    return startChild({
      name: `The ${role}`,
      program: 'start.main',
      args: ['--role', role, '--port', String(this.ports.get(role))],
      env: this.envOf(role),
      print: (line) => process.stderr.write(`[${role}] ${line}\n`),
      onEnd: (how) => {
        const asked = this.killed.get(role);
        this.killed.delete(role);
        // Uncaught on purpose: one missing role ends the whole system in order.
        if (asked === undefined) throw new StartProblem(`The ${role} ${how}: stopping.`);
        asked();
      },
    });
  }
}
