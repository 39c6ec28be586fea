/**
 * Whether a request may come from where it says. A page in somebody's browser can reach this server through a name that
 * resolves to a loopback address (DNS rebinding) or by asking across origins; both show in Host and Origin.
 */
import { isIP } from 'node:net';
import { refuse } from '../contract/errors.ts';
import type { Refusal } from '../values/refusal.ts';
import type { WireHeaders } from './request.ts';

export interface AllowedHosts {
  /** Lower-case names and addresses, without brackets. */
  readonly names: ReadonlySet<string>;
  /** Any address literal passes: true when listening beyond loopback, where no name can be rebound to a literal. */
  readonly anyAddress: boolean;
}

/** `listening`: the address or name the server listens on. */
export function allowedHosts(listening: string, allowed: readonly string[]): AllowedHosts {
  const names = [listening, ...allowed].map((name) => bare(name.toLowerCase()));
  return { names: new Set(names), anyAddress: !isLoopback(bare(listening.toLowerCase())) };
}

export function checkSender({ first, repeated }: WireHeaders, hosts: AllowedHosts): Refusal | undefined {
  const host = first.get('host') ?? '';
  const name = repeated.has('host') ? undefined : hostName(host);
  if (name === undefined || !isAllowed(name, hosts)) return refuse('Forbidden.HostNotAllowed', { parameter: 'Host' });
  const origin = first.get('origin');
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return refuse('Forbidden.OriginNotAllowed', { parameter: 'Origin' });
  }
  return undefined;
}

/** The name or address of a Host header in lower case, without port and brackets. Undefined when malformed. */
export function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(host.toLowerCase());
  return match?.[1] ?? match?.[2]?.replace(/\.$/, '');
}

function isAllowed(name: string, { names, anyAddress }: AllowedHosts): boolean {
  return isLoopback(name) || names.has(name) || (anyAddress && isIP(name) !== 0);
}

function isLoopback(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}

function bare(name: string): string {
  return name.startsWith('[') ? name.slice(1, -1) : name;
}
