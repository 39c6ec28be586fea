/**
 * A verdict case: a small topology in the words of the API, and questions with the answers that the documentation of
 * the product and docs/guides/packet-walk.md give. Written by hand; nothing of it is computed from the code under test.
 */
import type { Reason } from '../../src/realize/path/path.ts';

/** A rule as AuthorizeSecurityGroup takes it. `Description` is its name here; peers name groups and instances. */
export interface Rule {
  readonly Description: string;
  readonly IpProtocol: 'TCP' | 'UDP' | 'ICMP' | 'GRE' | 'ALL';
  readonly PortRange: string;
  readonly SourcePortRange?: string;
  readonly Policy?: 'accept' | 'drop';
  readonly Priority?: number;
  /** A block, or a {@link Place}. */
  readonly SourceCidrIp?: string;
  readonly DestCidrIp?: string;
  /** Name of a group. */
  readonly SourceGroupId?: string;
  readonly DestGroupId?: string;
}

export interface Group {
  /** Name of its VPC; the first when absent. */
  readonly vpc?: string;
  readonly SecurityGroupType?: 'normal' | 'enterprise';
  /** What ModifySecurityGroupPolicy sets; Accept when absent. */
  readonly InnerAccessPolicy?: 'Accept' | 'Drop';
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

export interface Instance {
  readonly vpc?: string;
  /** In one of the VPC's VSwitches. */
  readonly PrivateIpAddress: string;
  /** Names, in order. */
  readonly groups: readonly string[];
  /** Whether it has an EIP from the start. */
  readonly eip?: true;
}

export interface Vpc {
  readonly CidrBlock: string;
  /** Blocks of its VSwitches. */
  readonly vswitches: readonly string[];
  /** Name of another account that owns it and everything in it. */
  readonly account?: string;
}

/**
 * Where a packet goes to, or what a rule names: an address; the name of an instance (its private address) or `public:NAME`
 * (its EIP, or one that is associated with nothing when no instance is called so); `internet` and `edge` (the host outside
 * and its gateway).
 */
export type Place = string;

export interface Question {
  /** Name of an instance, or `internet`. */
  readonly from: string;
  readonly to: Place;
  /** A number for protocols that rules have no name for. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'gre' | number;
  readonly port?: number;
  readonly sourcePort?: number;
  /** Source that the packet bears; the sender's own when absent. */
  readonly source?: Place;
  readonly says: Reason;
  /**
   * What decides at the last gate that is asked: the name of a rule, `inner access of GROUP` or `default`. Absent when no
   * gate is asked, and only then.
   */
  readonly by?: string;
  /** It arrives, but what answers it does not come back. */
  readonly unanswered?: true;
}

/** A change between questions; the next question is asked when everything is realised. */
export type Change =
  | { readonly change: 'join' | 'leave'; readonly instance: string; readonly group: string }
  | {
      readonly change: 'authorize' | 'revoke';
      readonly group: string;
      readonly direction: 'ingress' | 'egress';
      readonly rule: Rule;
    }
  | { readonly change: 'inner access'; readonly group: string; readonly policy: 'Accept' | 'Drop' }
  | { readonly change: 'stop' | 'start'; readonly instance: string }
  /** `eip`: the instance whose EIP it is, as `public:NAME` calls it; its own when absent. */
  | { readonly change: 'associate' | 'unassociate'; readonly instance: string; readonly eip?: string };

export interface VerdictCase {
  readonly title: string;
  /** By name; one, 10.0.0.0/16 with 10.0.1.0/24 and 10.0.2.0/24, when absent. */
  readonly vpcs?: { readonly [name: string]: Vpc };
  readonly groups: { readonly [name: string]: Group };
  readonly instances: { readonly [name: string]: Instance };
  readonly steps: readonly (Question | Change)[];
}

export const ONE_VPC: NonNullable<VerdictCase['vpcs']> = {
  vpc: { CidrBlock: '10.0.0.0/16', vswitches: ['10.0.1.0/24', '10.0.2.0/24'] },
};
