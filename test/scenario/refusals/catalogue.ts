/** The form of the catalogue of invalid calls. Each entry must be refused with this code and change nothing. */
import type { Product } from '../../../src/contract/action.ts';
import type { ErrorCode } from '../../../src/contract/errors.ts';
import type { Request } from '../harness.ts';

/** Ids of things that exist before the calls are made; see `world.ts`. */
export interface World {
  readonly vpc: string;
  /** A VPC that another one does not know, with one tag. */
  readonly otherVpc: string;
  /** 10.0.1.0/24 in cn-hangzhou-h. */
  readonly vswitch: string;
  /** 10.0.2.0/24 in cn-hangzhou-i. */
  readonly vswitch2: string;
  readonly otherVswitch: string;
  /** Basic groups of `vpc`; `group` has rules, `emptyGroup` has neither rules nor members. */
  readonly group: string;
  readonly group2: string;
  readonly emptyGroup: string;
  /** An advanced group of `vpc`. */
  readonly advancedGroup: string;
  readonly otherGroup: string;
  /** Has as many tags as a resource may have. */
  readonly taggedGroup: string;
  /** In the resource group `rg-grouped`. */
  readonly groupedGroup: string;
  /** Id of the rule of `group` (TCP 80 from 10.0.0.0/8), and of one of `group2` that names `group`. */
  readonly rule: string;
  readonly groupRule: string;
  /** Id of the outbound rule of `group2`, which names `usedPrefixList`. */
  readonly listRule: string;
  /** 10.0.0.0/8 and 11.0.0.0/8, no room for more; no rule names it. */
  readonly prefixList: string;
  /** An outbound rule of `group2` names it. */
  readonly usedPrefixList: string;
  /** Running, in `group`, 10.0.1.10. */
  readonly running: string;
  readonly runningEni: string;
  /** Stopped, in `group`. */
  readonly stopped: string;
  /** Running and protected from release. */
  readonly protected: string;
  /** EIPs: associated with nothing, with `running`, a running subscription, one of cn-beijing. */
  readonly eip: string;
  readonly boundEip: string;
  readonly prepaidEip: string;
  readonly farEip: string;
  /** The same of another account. */
  readonly foreign: {
    readonly vpc: string;
    readonly vswitch: string;
    readonly group: string;
    readonly instance: string;
    readonly eni: string;
    readonly eip: string;
    readonly prefixList: string;
    readonly rule: string;
    readonly routeTable: string;
  };
  readonly image: string;
  readonly routeTable: string;
}

export interface InvalidCall {
  /** What is wrong, e.g. `CreateVSwitch: block outside the VPC`. */
  readonly name: string;
  readonly product: Product;
  readonly action: string;
  readonly request: (world: World) => Request;
  readonly code: ErrorCode;
  readonly status: number;
  /** Parameter that the message must name. */
  readonly parameter?: string;
}

/** An invalid call without what its table says for all: `why` becomes the end of its name. */
export type Case = Omit<InvalidCall, 'product' | 'action' | 'name'> & { readonly why: string };

/** The invalid calls of one action. */
export function callsOf(product: Product, action: string, cases: readonly Case[]): InvalidCall[] {
  return cases.map(({ why, ...call }) => ({ ...call, product, action, name: `${product} ${action}: ${why}` }));
}
