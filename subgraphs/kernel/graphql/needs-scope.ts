import { Directive, type MiddlewareFn, UseMiddleware } from 'type-graphql';
import { type Viewer, requireScope } from '../auth/viewer';

/**
 * Marks a root field that a key or token may use only with a scope. It says so in the graph (`@access`), where the
 * gateway reads it and refuses before anything is fetched, and it refuses here as well: a subgraph trusts no gateway
 * with its rules. One declaration, so the two cannot differ.
 */
export function NeedsScope(scope: string): MethodDecorator {
  const check: MiddlewareFn<{ readonly viewer: Viewer }> = ({ context }, next) => {
    requireScope(context.viewer, scope);
    return next();
  };
  const says = Directive(`@access(scopes: ["${scope}"])`);
  const checks = UseMiddleware(check as MiddlewareFn);
  return (target, key, descriptor) => {
    says(target, key, descriptor);
    checks(target, key);
  };
}
